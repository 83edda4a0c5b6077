import { pick, type Random, wholeBetween } from './random.ts';

/**
 * Something that happens at Seam, and the events that Seam then sends. Ids are this scenario's own.
 */
export type Change = Readonly<{ eventIds: readonly string[] }> &
  (
    | Readonly<{
        kind: 'complete';
        webview: string;
        account: string;
        /** What the app put into the webview's custom_metadata. */
        metadata: Readonly<Record<string, string | boolean>>;
      }>
    | Readonly<{ kind: 'fail'; webview: string }>
    | Readonly<{ kind: 'notice'; account: string; eventType: NoticeType }>
    /** `announced`: with a `.deleted` event; else Seam forgets the account without a word. */
    | Readonly<{ kind: 'delete'; account: string; announced: boolean }>
  );

const NOTICES = [
  'connected_account.disconnected',
  'connected_account.reauthorization_requested',
  'connected_account.completed_first_sync',
  'connected_account.completed_first_sync_after_reconnection',
] as const;
type NoticeType = (typeof NOTICES)[number];

export const STORY_KINDS = [
  'known_user',
  'unknown_user',
  'missing_id',
  'invalid_id',
  'login_failed',
  'reconnected',
  'deleted',
  'vanished',
] as const;
export type StoryKind = (typeof STORY_KINDS)[number];

/** What happens to one account, in order. */
export type Story = Readonly<{ kind: StoryKind; changes: readonly Change[] }>;

/** Of a hundred stories. */
const SHARES = {
  known_user: 46,
  unknown_user: 9,
  missing_id: 7,
  invalid_id: 5,
  login_failed: 8,
  reconnected: 14,
  deleted: 9,
  vanished: 2,
} as const satisfies Record<StoryKind, number>;

/** created, connected, successful_login, login_succeeded. */
const BURST = 4;

/** Makes up one story after the other; the same stream of numbers gives the same stories. */
export const createStoryteller = (
  random: Random,
  users: readonly string[],
): { next: (kind?: StoryKind) => Story } => {
  let stories = 0;
  let events = 0;
  const eventIds = (count: number) => Array.from({ length: count }, () => `event_${++events}`);

  const complete = (story: number, part: number, id: string | boolean | null): Change => ({
    kind: 'complete',
    webview: `w${story}.${part}`,
    account: `a${story}`,
    metadata: id === null ? {} : { id },
    eventIds: eventIds(BURST),
  });
  const notices = (story: number): Change[] => {
    if (random() > 0.35) return [];
    return Array.from({ length: wholeBetween(random, 2, 6) }, () => ({
      kind: 'notice',
      account: `a${story}`,
      eventType: pick(random, NOTICES),
      eventIds: eventIds(1),
    }));
  };
  const deletion = (story: number, announced: boolean): Change => ({
    kind: 'delete',
    account: `a${story}`,
    announced,
    eventIds: eventIds(announced ? 1 : 0),
  });
  /** Each with another user than the one before. */
  const reconnections = (story: number, first: string): Change[] => {
    let owner = first;
    return Array.from({ length: wholeBetween(random, 1, 3) }, (_, index) => {
      const before = owner;
      owner = pick(
        random,
        users.filter(user => user !== before),
      );
      return complete(story, index + 1, owner);
    });
  };

  const changesOf = (kind: StoryKind, story: number): Change[] => {
    const user = pick(random, users);
    switch (kind) {
      case 'known_user':
        return [complete(story, 0, user), ...notices(story)];
      case 'unknown_user':
        return [complete(story, 0, `nobody_${story}`), ...notices(story)];
      case 'missing_id':
        return [complete(story, 0, null), ...notices(story)];
      case 'invalid_id':
        return [complete(story, 0, pick(random, [true, false, '', ' \t'])), ...notices(story)];
      case 'login_failed':
        return [{ kind: 'fail', webview: `w${story}.0`, eventIds: eventIds(1) }];
      case 'reconnected':
        return [complete(story, 0, user), ...reconnections(story, user), ...notices(story)];
      case 'deleted': {
        const connected = [complete(story, 0, user), ...notices(story)];
        if (random() < 0.3) connected.push(...reconnections(story, user));
        return [...connected, deletion(story, true)];
      }
      case 'vanished':
        return [complete(story, 0, user), deletion(story, false)];
      default:
        return kind satisfies never;
    }
  };

  return {
    next: (kind = draw(random)) => ({ kind, changes: changesOf(kind, ++stories) }),
  };
};

const draw = (random: Random): StoryKind => {
  let left = random() * Object.values(SHARES).reduce((sum, share) => sum + share, 0);
  for (const kind of STORY_KINDS) {
    left -= SHARES[kind];
    if (left < 0) return kind;
  }
  return 'known_user';
};
