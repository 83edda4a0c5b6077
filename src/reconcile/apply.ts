import type pg from 'pg';
import { type Client, inOpenedTransactionWithRetries } from '../db/client.ts';
import { isFaultOfARow, sqlState } from '../db/errors.ts';
import { tellOfTrace } from '../db/trace.ts';
import { subjectOf } from '../model/subject.ts';
import type { OnStep } from '../ops/steps.ts';
import { accountStateOf, stateToldSince } from './account-state.ts';
import type { Run } from './begin.ts';
import { beginRound, giveToOwner, handOn, settleOwner } from './claimed.ts';
import {
  type Applied,
  type Conclusion,
  concludeFailed,
  concludeSettled,
  concludeWaiting,
  type GatherFailure,
  handedOn,
  settledAs,
} from './conclude.ts';
import { type Erased, withoutPerson } from './erased.ts';
import { type Facts, isShown, type Standing } from './facts.ts';
import { lockOwn, type Own } from './own.ts';
import { record } from './record.ts';
import { requestOwnersLook } from './request.ts';
import { type AccountStanding, NOTHING_KNOWN, readStanding } from './standing.ts';
import { recordSuperseded } from './superseded.ts';
import { readFailureDescription, withErrorsTold } from './told.ts';
import type { Verdict } from './verdict.ts';

export type Gathered =
  | Readonly<{ kind: 'facts'; facts: Facts }>
  | Readonly<{ kind: 'failure'; failure: GatherFailure }>;

type Decide = (facts: Facts, standing: Standing) => Verdict;
type Applier = Readonly<{ pool: pg.Pool; random: () => number; onStep: OnStep }>;

/**
 * Writes what a run came to, all in one transaction: account, webview, link and its history,
 * reconciliation, run. What is decided depends on how things stand with us, so that is read under the
 * lock in the same transaction. Deadlocks and the like are tried again here.
 */
export const apply = async (
  { pool, random, onStep }: Applier,
  run: Run,
  gathered: Gathered,
  decide: Decide,
): Promise<Applied> => {
  const write = (current: Gathered): Promise<Applied> =>
    inOpenedTransactionWithRetries(
      pool,
      client => lockAndRead(client, run, current),
      async (client, locked) => {
        const applied = await applyOnce(client, run, current, locked, decide, random());
        onStep('applying');
        return applied;
      },
    );
  try {
    return await write(gathered);
  } catch (error) {
    if (gathered.kind !== 'facts' || !isFaultOfARow(error)) throw error;
    // Something that Seam showed can't be stored: that is a result, too, not to be tried for ever.
    return write({ kind: 'failure', failure: unstorable(error, gathered.facts.requestId) });
  }
};

const unstorable = (error: unknown, requestId: string | null): GatherFailure => ({
  reason: 'internal_error',
  detail: `Seam's response can't be stored (SQLSTATE ${sqlState(error)})`,
  requestId,
  retryAfterMs: null,
  isOutage: false,
});

/** A failure that is nobody's but the subject's. */
const ofItsOwn = (
  { reason, detail }: Extract<Verdict, { kind: 'failed' }>,
  requestId: string | null,
): GatherFailure => ({ reason, detail, requestId, retryAfterMs: null, isOutage: false });

type Locked = Readonly<{
  own: Own;
  standing: Standing & Pick<AccountStanding, 'errorsTold'>;
}>;

/** All are sent at once: Postgres reads how things stand when it has the locks. */
const lockAndRead = async (client: Client, run: Run, gathered: Gathered): Promise<Locked> => {
  const accountId = gathered.kind === 'facts' ? gathered.facts.connectedAccountId : null;
  const [own, standing] = await Promise.all([
    lockOwn(client, run, accountId),
    gathered.kind === 'facts' ? readStanding(client, run, gathered.facts) : NOTHING_KNOWN,
    tellOfTrace(client),
  ]);
  // Of an account that nothing is known of, what goes for what led to it.
  return { own, standing: { ...standing, isErased: standing.isErased ?? own.isErased } };
};

const applyOnce = async (
  client: Client,
  run: Run,
  gathered: Gathered,
  { own, standing }: Locked,
  decide: Decide,
  random: number,
): Promise<Applied> => {
  // A run that began later has taken over and closed our books: it read later, and sees to the rest.
  if (!own.isNewest) return settledAs('superseded', null, null);
  if (gathered.kind === 'failure') {
    const conclusion = concludeFailed(run, own, gathered.failure, null, random);
    return conclude(client, run, { own, standing }, conclusion, null);
  }
  const seen = {
    ...gathered.facts,
    account: withErrorsTold(gathered.facts.account, standing.errorsTold),
  };
  const facts = withoutPerson(seen, erasedOf({ own, standing }));
  const { requestId } = facts;
  const verdict = decide(seen, standing);
  if (verdict.kind === 'superseded') {
    await recordSuperseded(client, run, requestId);
    return settledAs('superseded', requestId, 0);
  }
  const conclusion =
    verdict.kind === 'settled'
      ? concludeSettled(run, own, facts, verdict)
      : concludeWaiting(
          concludeFailed(
            run,
            own,
            ofItsOwn(verdict, requestId),
            { facts, link: verdict.link, isProvisional: standing.isProvisional },
            random,
          ),
          () => verdict.atLast && concludeSettled(run, own, facts, verdict.atLast),
        );
  return conclude(client, run, { own, standing }, conclusion, facts);
};

const erasedOf = ({ own, standing }: Locked): Erased => ({
  webview: own.isErased,
  account: standing.isErased,
});
const AS_IT_STANDS: Erased = { webview: true, account: true };

/** Writes it, and whose the subject is, where that has come out or is still asked. */
const conclude = async (
  client: Client,
  run: Run,
  { own, standing }: Locked,
  conclusion: Conclusion,
  facts: Facts | null,
): Promise<Applied> => {
  const isOwed = own.observedGeneration < run.generation && own.state !== 'dismissed';
  const isOver = conclusion.applied.outcome !== 'failed' || !isOwed;
  const turn = whoseTurn(run, { own, standing }, facts, isOver);
  const isHandedOn = !isOver && (turn.kind === 'next' || turn.kind === 'owner');
  const written = isHandedOn ? handedOn(own, conclusion) : conclusion;
  const state = facts === null ? null : accountStateOf(facts.account, standing);
  const account = facts?.account ?? null;
  const since = isShown(account) ? stateToldSince(account, state) : null;
  // Where nothing was seen, nothing brings anything back.
  const erased = facts === null ? AS_IT_STANDS : erasedOf({ own, standing });
  const hasFailed = facts !== null && isShown(facts.webview) && facts.webview.status === 'failed';
  const failureDescription =
    hasFailed && !erased.webview ? await readFailureDescription(client, run) : null;
  await record(client, run, written, { state, since, failureDescription }, erased);
  await writeTurn(client, run, turn);
  if (facts !== null && standing.isMisheld) await takeOwnAccount(client, run, facts);
  return written.applied;
};

/** The account is this workspace's, as Seam has shown, and its own case was taken for another's. */
const takeOwnAccount = async (client: Client, run: Run, facts: Facts): Promise<void> => {
  const { connectedAccountId: id, account } = facts;
  const isOwn = run.subjectKind === 'connect_webview' || isShown(account);
  if (id === null || run.workspaceId === null || !isOwn) return;
  await requestOwnersLook(client, subjectOf('connected_account', id), run.workspaceId);
};

/** Whose key is tried next, where it isn't settled whose it is. */
type Turn =
  | Readonly<{ kind: 'nobody' | 'settled' | 'round' }>
  | Readonly<{ kind: 'next' | 'owner'; workspaceId: string }>;

const whoseTurn = (
  run: Run,
  { own, standing }: Locked,
  facts: Facts | null,
  isOver: boolean,
): Turn => {
  if (run.workspaceId === null) return { kind: 'nobody' };
  const { otherOwner } = standing;
  if (otherOwner !== null) {
    return run.subjectKind === 'connected_account'
      ? { kind: 'owner', workspaceId: otherOwner }
      : { kind: 'nobody' };
  }
  if (!own.isClaimed) return { kind: 'nobody' };
  if (facts !== null && isShownToIt(facts)) return { kind: 'settled' };
  return own.nextToAsk === null || isOver
    ? { kind: 'round' }
    : { kind: 'next', workspaceId: own.nextToAsk };
};

/** A webview only by itself, or by what Seam has shown of it before: anybody may name an account of their own with it. */
const isShownToIt = ({ webview, account }: Facts): boolean =>
  isShown(webview) || (webview === 'not_asked' && isShown(account));

const writeTurn = async (client: Client, run: Run, turn: Turn): Promise<void> => {
  switch (turn.kind) {
    case 'nobody':
      return;
    case 'settled':
      return settleOwner(client, run);
    case 'round':
      return beginRound(client, run);
    case 'next':
      return handOn(client, run, turn.workspaceId);
    case 'owner':
      return giveToOwner(client, run, turn.workspaceId);
    default:
      turn satisfies never;
  }
};
