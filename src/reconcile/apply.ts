import type pg from 'pg';
import { type Client, inOpenedTransactionWithRetries } from '../db/client.ts';
import { isFaultOfARow, sqlState } from '../db/errors.ts';
import type { OnStep } from '../ops/steps.ts';
import { accountStateOf } from './account-state.ts';
import type { Run } from './begin.ts';
import {
  type Applied,
  concludeFailed,
  concludeSettled,
  type GatherFailure,
  settledAs,
} from './conclude.ts';
import type { Verdict } from './decide.ts';
import { withoutPerson } from './erased.ts';
import type { Facts, Standing } from './facts.ts';
import { record, recordSuperseded } from './record.ts';
import { lockOwn, NOTHING_KNOWN, type Own, readStanding } from './standing.ts';

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

/** Nothing was seen, so nothing brings anything back. */
const AS_IT_STANDS = { webview: true, account: true };

type Locked = Readonly<{ own: Own; standing: Standing }>;

/** Both are sent at once: Postgres reads how things stand when it has the locks. */
const lockAndRead = async (client: Client, run: Run, gathered: Gathered): Promise<Locked> => {
  const accountId = gathered.kind === 'facts' ? gathered.facts.connectedAccountId : null;
  const [own, standing] = await Promise.all([
    lockOwn(client, run, accountId),
    gathered.kind === 'facts' ? readStanding(client, run, gathered.facts) : NOTHING_KNOWN,
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
    await record(client, run, conclusion, null, AS_IT_STANDS);
    return conclusion.applied;
  }
  const erased = { webview: own.isErased, account: standing.isErased };
  const facts = withoutPerson(gathered.facts, erased);
  const { requestId } = facts;
  const verdict = decide(gathered.facts, standing);
  if (verdict.kind === 'superseded') {
    await recordSuperseded(client, run, requestId);
    return settledAs('superseded', requestId, 0);
  }
  const conclusion =
    verdict.kind === 'settled'
      ? concludeSettled(run, own, facts, verdict)
      : concludeFailed(
          run,
          own,
          ofItsOwn(verdict, requestId),
          { facts, link: verdict.link, isProvisional: standing.isProvisional },
          random,
        );
  await record(client, run, conclusion, accountStateOf(facts.account, standing), erased);
  return conclusion.applied;
};
