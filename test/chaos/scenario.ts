import { pick, type Random, stream } from './random.ts';
import { type Change, createStoryteller, type Story } from './stories.ts';

/** One webhook of the scenario. The same event may come in several (Svix sends at least once). */
type PlannedDelivery = Readonly<{ messageId: string; eventId: string }>;

type Entry =
  | Readonly<{ kind: 'change'; change: Change }>
  | Readonly<{ kind: 'delivery'; delivery: PlannedDelivery }>;

/** What happens at Seam and what is sent, in one order, made from the seed alone. */
export type Scenario = Readonly<{
  /** The ids that are in our table of users. */
  users: readonly string[];
  stories: readonly Story[];
  timeline: readonly Entry[];
}>;

/** Distances on the timeline, counted in deliveries. */
const REORDERING = 25;
const REORDERING_OF_ONE = 5;
const HURRIED = [0, 4] as const;
const CLOSE_BEHIND = [REORDERING - 5, REORDERING + 10] as const;
const LATER = [REORDERING, 80] as const;
const DUPLICATE_AT_MOST = 150;
/** Later, but before anything is sent. */
const AT_ONCE = 0.001;
const DUPLICATE_SHARE = 0.2;

type Placed = Readonly<{ at: number; entry: Entry }>;

/** Plans exactly so many deliveries. Each comes after its change, within a window, in any order. */
export const planScenario = (seed: string, deliveries: number): Scenario => {
  const users = Array.from({ length: Math.max(5, Math.round(deliveries / 20)) }, (_, i) => `u${i}`);
  const storyteller = createStoryteller(stream(seed, 'stories'), users);
  const random = stream(seed, 'order');
  const stories: Story[] = [];
  const placed: Placed[] = [];
  let planned = 0;
  let messages = 0;

  const add = (story: Story, repeats: readonly number[]): void => {
    stories.push(story);
    placed.push(...place(story, repeats, planned, random, () => `msg_${++messages}`));
    planned += repeats.reduce((sum, times) => sum + times, 0);
  };
  while (planned < deliveries) {
    const story = storyteller.next();
    const repeats = timesSent(story, random);
    if (planned + repeats.reduce((sum, times) => sum + times, 0) > deliveries) break;
    add(story, repeats);
  }
  // What is left is too short for that story: fill up with stories of one webhook.
  while (planned < deliveries) add(storyteller.next('login_failed'), [1]);

  const timeline = placed.sort((a, b) => a.at - b.at).map(({ entry }) => entry);
  return { users, stories, timeline };
};

/** How often each event of a story is sent. */
const timesSent = (story: Story, random: Random): number[] =>
  story.changes
    .flatMap(change => change.eventIds)
    .map(() => (random() < DUPLICATE_SHARE ? 2 : 1) + (random() < DUPLICATE_SHARE / 10 ? 1 : 0));

const place = (
  story: Story,
  repeats: readonly number[],
  from: number,
  random: Random,
  nextMessageId: () => string,
): Placed[] => {
  const placed: Placed[] = [];
  let at = from + random();
  let events = 0;
  for (const change of story.changes) {
    placed.push({ at, entry: { kind: 'change', change } });
    const window = change.eventIds.length > 1 ? REORDERING : REORDERING_OF_ONE;
    for (const eventId of change.eventIds) {
      const first = at + 2 * AT_ONCE + random() * window;
      for (let copy = 0; copy < (repeats[events] ?? 1); copy++) {
        const delivery = { messageId: nextMessageId(), eventId };
        const later = copy === 0 ? 0 : random() * DUPLICATE_AT_MOST;
        placed.push({ at: first + later, entry: { kind: 'delivery', delivery } });
      }
      events++;
    }
    at += story.kind === 'vanished' ? AT_ONCE : untilNextChange(random);
  }
  return placed;
};

/** Before the last burst has been sent, in the middle of what follows from it, or at leisure. */
const untilNextChange = (random: Random): number => {
  const [min, max] = pick(random, [HURRIED, CLOSE_BEHIND, LATER]);
  return AT_ONCE + min + random() * (max - min);
};
