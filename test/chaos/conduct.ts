import type { Heard } from './app.ts';
import { type Books, readBooks } from './books.ts';
import { check, type Findings } from './check.ts';
import type { HeardAlerts } from './hearing.ts';
import { createInjector, type Injector, type Struck } from './injector.ts';
import { type Ledger, subjectOfEvent } from './ledger.ts';
import { createPace } from './pace.ts';
import type { Plan } from './plan.ts';
import { startRecovery } from './recovery.ts';
import { openRig, type Rig } from './rig.ts';
import { createSender, type Sender, type SentMessage } from './sender.ts';
import { settle } from './settle.ts';
import { openStage, type Stage } from './stage.ts';

/** Everything that a run of the chaos has shown. */
export type Result = Readonly<{
  plan: Plan;
  ledger: Ledger;
  books: Books;
  messages: readonly SentMessage[];
  findings: Findings;
  heard: Heard;
  alerts: HeardAlerts;
  struck: readonly Struck[];
  /** Ms until recovery, by number of the fault. */
  recoveryMs: ReadonlyMap<number, number>;
  sendingMs: number;
  settlingMs: number;
  beganAtMs: number;
  lastLines: Readonly<Record<string, readonly string[]>>;
}>;

const TELL_EVERY_MS = 5_000;

/**
 * Carries out a plan: sends, lets the faults strike, lets things settle, checks the books. Leaves
 * nothing running, however it ends.
 *
 * @param tell hears of the progress
 * @throws when interrupted by the signal, or when what it needs can't be started
 */
export const conduct = async (
  plan: Plan,
  interrupted: AbortSignal,
  tell: (line: string) => void,
): Promise<Result> => {
  const failing = new AbortController();
  const signal = AbortSignal.any([interrupted, failing.signal]);
  const { scenario, options } = plan;
  tell(`seed ${options.seed}: starting`);
  const { queue, seed } = options;
  await using rig = await openRig({ queue, seed, users: scenario.users, signal });
  tell(`webhooks go to ${rig.urls.join(' and ')}`);
  const stage = await openStage(rig.seam);
  await using recovery = startRecovery(rig.pool);
  const sender = createSender({
    urls: rig.urls,
    secret: rig.secret,
    seed,
    signal,
    onAcknowledged: recovery.acknowledged,
  });
  const injector = createInjector({
    rig,
    signal,
    onOver: recovery.watch,
    onFailure: error => failing.abort(error),
  });
  const members = [...rig.serves, ...rig.works];
  const progress = setInterval(
    () => tell(progressLine(plan, sender, injector, recovery.backlog())),
    TELL_EVERY_MS,
  );
  try {
    const beganAtMs = performance.now();
    await sendAll(plan, stage, sender, injector, signal);
    await Promise.all([sender.done(), injector.done()]);
    signal.throwIfAborted();
    const sentAtMs = performance.now();
    tell('all is sent and all faults are over: letting things settle');
    const ledger = ledgerOf(stage, sender, scenario.users);
    await settle(rig.pool, ledger, recovery.complete, signal);
    const settledAtMs = performance.now();
    await Promise.all(members.map(member => member.stop()));
    const books = await readBooks(rig.pool);
    const { messages } = sender;
    const alerts = rig.hearing.heard();
    return {
      plan,
      ledger,
      books,
      messages,
      findings: check(
        ledger,
        books,
        messages,
        members.flatMap(member => member.complaints),
        rig.app.heard,
        alerts,
      ),
      heard: rig.app.heard,
      alerts,
      struck: injector.struck,
      recoveryMs: recovery.times(),
      sendingMs: sentAtMs - beganAtMs,
      settlingMs: settledAtMs - sentAtMs,
      beganAtMs,
      lastLines: lastLinesOf(rig),
    };
  } catch (error) {
    // A strike that failed is why all else was given up.
    throw failing.signal.aborted ? failing.signal.reason : error;
  } finally {
    clearInterval(progress);
    failing.abort(new Error('it is over'));
    await injector.done();
  }
};

/**
 * Walks the timeline: what happens at Seam happens, what is sent is sent, and faults strike at
 * their place.
 */
const sendAll = async (
  { scenario, faults, options }: Plan,
  stage: Stage,
  sender: Sender,
  injector: Injector,
  signal: AbortSignal,
): Promise<void> => {
  const untilDue = createPace(
    options.deliveries,
    { faults: options.faults, gapMs: options.gapSeconds * 1_000 },
    signal,
  );
  const ahead = [...faults];
  let position = 0;
  for (const entry of scenario.timeline) {
    signal.throwIfAborted();
    if (entry.kind === 'change') {
      await stage.play(entry.change);
      continue;
    }
    await untilDue(position);
    while (ahead[0] !== undefined && ahead[0].afterDelivery <= position) {
      await injector.strike(ahead[0]);
      ahead.shift();
    }
    sender.send(entry.delivery.messageId, stage.event(entry.delivery.eventId));
    position++;
  }
};

const ledgerOf = (stage: Stage, sender: Sender, users: readonly string[]): Ledger => {
  const messages = Map.groupBy(sender.messages, ({ eventId }) => eventId);
  return {
    events: [...messages].map(([eventId, sent]) => {
      const event = stage.event(eventId);
      return {
        eventId,
        eventType: event.eventType,
        subject: subjectOfEvent(event),
        digest: event.digest,
        tries: sent.reduce((sum, { tries }) => sum + tries, 0),
        acknowledged: sent.some(message => message.acknowledged),
      };
    }),
    seam: stage.state(),
    owners: stage.owners,
    users: new Set(users),
  };
};

const progressLine = (plan: Plan, sender: Sender, injector: Injector, owed: number): string => {
  const { messages } = sender;
  const acknowledged = messages.filter(message => message.acknowledged).length;
  const over = injector.struck.filter(({ endedAtMs }) => endedAtMs !== null).length;
  return (
    `${messages.length}/${plan.options.deliveries} sent, ${acknowledged} acknowledged, ` +
    `${over}/${plan.faults.length} faults over, ${owed} subjects due for a look`
  );
};

const lastLinesOf = (rig: Rig): Record<string, readonly string[]> =>
  Object.fromEntries([...rig.serves, ...rig.works].map(({ name, lastLines }) => [name, lastLines]));
