import { FAULTS, type Fault, type FaultKind, type QueueKind } from '../chaos/faults.ts';
import { pick, type Random, shuffled, stream, wholeBetween } from '../chaos/random.ts';

/** One of the two workspaces of the installation. */
export type WorkspaceName = 'a' | 'b';

/** What an app can have written as the id of its user; null: nothing. */
export type Claim = string | true | null;

/** An account of the plan, by its number: its ids at Seam are made when it is first connected. */
type Of = Readonly<{ account: number }>;

/** Something that happens at Seam, most with webhooks. */
type SeamOperation =
  /** What was there before anything of ours: accounts whose events Seam lists, some of one instant. */
  | Readonly<{ kind: 'history'; workspace: WorkspaceName; accounts: number }>
  | (Of & Readonly<{ kind: 'connect'; workspace: WorkspaceName; user: Claim }>)
  | Readonly<{ kind: 'fail'; workspace: WorkspaceName }>
  | (Of & Readonly<{ kind: 'notice'; eventType: (typeof NOTICES)[number] }>)
  /** The app writes other metadata, and Seam sends nothing. */
  | (Of & Readonly<{ kind: 'metadata'; user: Claim }>)
  | (Of & Readonly<{ kind: 'vanish'; announced: boolean }>)
  /** Someone presses "resend" at Svix: the oldest event of the account comes once more. */
  | (Of & Readonly<{ kind: 'resend' }>)
  /** The app writes its user's row later than it should. */
  | Readonly<{ kind: 'sign_up'; user: string }>;

/** What one of us does to one connection. `side`: the account's case, or that of its last webview. */
type CaseOperation = Of &
  Readonly<{ side: 'account' | 'webview' }> &
  (
    | Readonly<{
        kind: 'retry' | 'dismiss' | 'reopen' | 'note' | 'undo' | 'snooze' | 'wake' | 'take_back';
      }>
    | Readonly<{ kind: 'assign'; to: 'me' | 'nobody' }>
    | Readonly<{ kind: 'link'; user: string }>
  );

type PersonOperation =
  | CaseOperation
  /** `twice`: by two people at the same time, through two processes. */
  | (Of & Readonly<{ kind: 'update'; user: string | null; twice: boolean }>)
  | (Of & Readonly<{ kind: 'delete' }>)
  | Readonly<{
      kind: 'bulk';
      action: 'retry' | 'dismiss' | 'assign';
      state: 'failed' | 'retrying' | 'linked';
      stopped: boolean;
    }>
  | Readonly<{ kind: 'pause' | 'resume'; workspace: WorkspaceName | null }>;

/** What the engineer types. */
type CommandOperation = Readonly<{
  kind: 'command';
  name: 'drift' | 'drift_fix' | 'replay' | 'prune' | 'backfill';
}>;

/** Things that time does. `age`: what is settled of the account becomes a hundred days older. */
type TimeOperation =
  | (Of & Readonly<{ kind: 'age' }>)
  | Readonly<{ kind: 'clock'; member: string; offBySeconds: number }>;

type FaultOperation = Readonly<{ kind: 'fault'; fault: Fault }>;

type Deed = SeamOperation | PersonOperation | CommandOperation | TimeOperation | FaultOperation;

/** One thing that happens, and how long after the one before. Each can be left out: what needs it is then skipped. */
export type Operation = Readonly<{ number: number; afterMs: number }> & Deed;
type OperationKind = Deed['kind'];
export type OperationOf<Kind extends OperationKind> = Extract<Operation, { kind: Kind }>;

const NOTICES = [
  'connected_account.disconnected',
  'connected_account.reauthorization_requested',
  'connected_account.completed_first_sync',
] as const;

/** Of a thousand. */
const SHARES = {
  history: 0,
  connect: 240,
  fail: 20,
  notice: 110,
  metadata: 50,
  vanish: 45,
  resend: 60,
  sign_up: 30,
  retry: 60,
  dismiss: 45,
  reopen: 30,
  note: 15,
  assign: 15,
  snooze: 10,
  wake: 5,
  take_back: 15,
  link: 50,
  undo: 25,
  update: 45,
  delete: 12,
  bulk: 17,
  pause: 6,
  resume: 12,
  command: 12,
  age: 20,
  clock: 12,
  fault: 49,
} as const satisfies Record<OperationKind, number>;

const FIRST: readonly OperationKind[] = ['history', 'history', 'connect', 'connect', 'connect'];
const HISTORY = [0, 60] as const;

/** Users who are in the table from the beginning, and who are written later, if at all. */
export const KNOWN_USERS = Array.from({ length: 12 }, (_, n) => `u${n}`);
const LATE_USERS = Array.from({ length: 6 }, (_, n) => `late_${n}`);
const GAP_MS = [0, 220] as const;
/** A signature is good for five minutes: `serve` may be off by less. */
const OFF_BY_SECONDS = { serve: 120, work: 3_600 } as const;
/** Short enough that a minute has several. */
const FAULT_MS = [200, 6_000] as const;
const NOT_HERE: readonly FaultKind[] = ['freeze_work_long'];

/** Pure: the same seed gives the same list. */
export const planOperations = (seed: string, count: number, queue: QueueKind): Operation[] => {
  const random = stream(seed, 'operations');
  const kinds = createDeck(stream(seed, 'kinds'));
  const faults = faultKinds(queue);
  let accounts = 0;
  return Array.from({ length: count }, (_, index) => {
    const kind = FIRST[index] ?? kinds();
    const deed = draw(kind, random, { accounts, faults, number: index + 1 });
    if (deed.kind === 'connect') accounts = Math.max(accounts, deed.account + 1);
    return { number: index + 1, afterMs: wholeBetween(random, ...GAP_MS), ...deed };
  });
};

const faultKinds = (queue: QueueKind): FaultKind[] =>
  (Object.keys(FAULTS) as FaultKind[]).filter(
    kind =>
      !NOT_HERE.includes(kind) &&
      (queue === 'redis' || !FAULTS[kind].targets.some(target => target === 'redis')),
  );

/** Every kind comes as often as its share says, in whatever order. */
const createDeck = (random: Random): (() => OperationKind) => {
  const deck = Object.entries(SHARES).flatMap(([kind, share]) =>
    Array.from({ length: share }, () => kind as OperationKind),
  );
  let cards: OperationKind[] = [];
  return () => {
    if (cards.length === 0) cards = shuffled(random, deck);
    return cards.pop() ?? 'connect';
  };
};

type Drawn = Readonly<{ accounts: number; faults: readonly FaultKind[]; number: number }>;

const draw = (kind: OperationKind, random: Random, drawn: Drawn): Deed => {
  const { accounts, faults, number } = drawn;
  // Those that were connected lately have more going on.
  const some = (): number =>
    Math.max(0, accounts - 1 - Math.floor(random() * random() * Math.min(accounts, 40)));
  // People come to what is known: later.
  const known = (): number =>
    Math.max(0, accounts - 4 - Math.floor(random() * Math.min(accounts, 20)));
  const workspace = (): WorkspaceName => (random() < 0.6 ? 'a' : 'b');
  const user = (): string => pick(random, KNOWN_USERS);
  const chance = (share: number): boolean => random() < share;
  const claim = (): Claim => {
    const roll = random();
    if (roll < 0.72) return user();
    if (roll < 0.86) return pick(random, LATE_USERS);
    return roll < 0.95 ? null : true;
  };
  switch (kind) {
    case 'history':
      return {
        kind,
        workspace: number === 1 ? 'a' : 'b',
        accounts: wholeBetween(random, ...HISTORY),
      };
    case 'connect': {
      const account = accounts === 0 || chance(0.75) ? accounts : some();
      return { kind, account, workspace: workspace(), user: claim() };
    }
    case 'fail':
      return { kind, workspace: workspace() };
    case 'notice':
      return { kind, account: some(), eventType: pick(random, NOTICES) };
    case 'metadata':
      return { kind, account: some(), user: claim() };
    case 'vanish':
      return { kind, account: some(), announced: chance(0.7) };
    case 'sign_up':
      return { kind, user: pick(random, LATE_USERS) };
    case 'link':
      return { kind, account: known(), side: sideOf(random), user: user() };
    case 'retry':
    case 'dismiss':
    case 'reopen':
    case 'note':
    case 'undo':
    case 'snooze':
    case 'wake':
    case 'take_back':
      return { kind, account: known(), side: sideOf(random) };
    case 'assign':
      return { kind, account: known(), side: sideOf(random), to: chance(0.7) ? 'me' : 'nobody' };
    case 'update':
      return { kind, account: known(), user: chance(0.6) ? user() : null, twice: chance(0.5) };
    case 'resend':
    case 'delete':
    case 'age':
      return { kind, account: some() };
    case 'bulk':
      return {
        kind,
        action: pick(random, ['retry', 'retry', 'dismiss', 'assign']),
        state: pick(random, ['failed', 'retrying', 'linked']),
        stopped: chance(0.3),
      };
    case 'pause':
    case 'resume':
      return { kind, workspace: pick(random, ['a', 'b', null]) };
    case 'command':
      return { kind, name: pick(random, ['drift', 'drift_fix', 'replay', 'prune', 'backfill']) };
    case 'clock': {
      const member = pick(random, ['serve 0', 'serve 1', 'work 0', 'work 1']);
      const most = OFF_BY_SECONDS[member.startsWith('serve') ? 'serve' : 'work'];
      return { kind, member, offBySeconds: wholeBetween(random, -most, most) };
    }
    case 'fault': {
      const what = pick(random, faults);
      const target = pick(random, FAULTS[what].targets);
      const forMs = wholeBetween(random, ...FAULT_MS);
      return { kind, fault: { number, kind: what, target, afterDelivery: 0, forMs } };
    }
    default:
      return kind satisfies never;
  }
};

const sideOf = (random: Random): 'account' | 'webview' => (random() < 0.6 ? 'account' : 'webview');
