import { and, eq, gte, inArray, lt, type SQL, sql } from '../../db/drizzle.ts';
import { connectedAccounts, connectWebviews, links, reconciliations } from '../../db/schema.ts';
import { RECONCILIATION_STATES } from '../../model/outcome.ts';
import { assignedCondition, snoozedCondition } from '../shifts/conditions.ts';
import { type ConnectionFilter, hidesSnoozed, statesOf } from './connection-filter.ts';
import type { Few } from './few.ts';
import { namedLike } from './named-like.ts';
import { standingCondition } from './standing-condition.ts';

/* The filter of a list as a condition on reconciliations. */

/** Of few accounts, whoever it is: an array, so that they are looked up, and no list is gone through for them. */
const isOf = (user: string): SQL =>
  sql`${reconciliations.connectedAccountId} = any(array(
    select ${links.connectedAccountId} from ${links}
     where ${links.userId} = ${user} and ${links.unlinkedAt} is null))`;

const readableByAll = (id: string): SQL => sql.raw(`${id} ~ '^[ -$&-*,-?A-~]*$'`);

/** An id may be an e-mail or a number to be called: of those nobody finds out letter by letter how they go on. */
export const MAY_BE_READ_BY_ALL = readableByAll('"reconciler"."reconciliations"."claimed_user_id"');

/** As Postgres looks it up by no index: of many it takes them for few. */
const doesBegin = (id: SQL, pattern: string): SQL =>
  sql`left(${id}, char_length(${pattern}::text)) = ${pattern}`;

/** What a case's lead says, or another of its subjects: an account may have been named by its webview alone. */
const beginsWith = (pattern: string, isForViewer: boolean, fewest: number | null): SQL => {
  const { subject, claimedUserId, connectedAccountId, workspaceId } = reconciliations;
  const [isNamed, isOfNamed] =
    fewest === null
      ? [doesBegin(sql`${claimedUserId}`, pattern), undefined]
      : [
          sql`${subject} = any(array(${namedLike(pattern, sql`${subject}`, fewest + 1)}))`,
          sql`${connectedAccountId} = any(array(${namedLike(pattern, sql`${connectedAccountId}`, fewest + 1)}))`,
        ];
  const own = and(isNamed, isForViewer ? MAY_BE_READ_BY_ALL : undefined);
  const others = and(
    doesBegin(sql`other.claimed_user_id`, pattern),
    isForViewer ? readableByAll('other.claimed_user_id') : undefined,
  );
  const isOfOthers = and(
    sql`${claimedUserId} is null`,
    isOfNamed,
    sql`exists (
      select from reconciler.reconciliations other
       where other.connected_account_id = ${connectedAccountId}
         and coalesce(other.workspace_id = ${workspaceId}, true) and ${others} offset 0)`,
  );
  return sql`(${own} or ${isOfOthers})`;
};

const accountsOf = (maker: string): SQL =>
  sql`select ${connectedAccounts.connectedAccountId} from ${connectedAccounts}
       where ${connectedAccounts.accountType} = ${maker}`;
const webviewsOf = (maker: string): SQL =>
  sql`select ${connectWebviews.connectWebviewId} from ${connectWebviews}
       where ${connectWebviews.selectedProvider} = ${maker} and ${connectWebviews.connectedAccountId} is null`;

const madeBy = (maker: string, fewest: number | null): SQL =>
  fewest === null
    ? sql`(exists (${accountsOf(maker)} and ${connectedAccounts.connectedAccountId} = ${reconciliations.connectedAccountId} offset 0)
        or ${reconciliations.connectedAccountId} is null and exists (
          ${webviewsOf(maker)} and ${connectWebviews.connectWebviewId} = ${reconciliations.connectWebviewId} offset 0))`
    : sql`(${reconciliations.connectedAccountId} = any(array(${accountsOf(maker)} limit ${fewest + 1}))
        or ${reconciliations.connectedAccountId} is null and ${reconciliations.connectWebviewId} = any(array(
          ${webviewsOf(maker)} limit ${fewest + 1})))`;

const NOBODY = { key: 'shell:' } as const;

const when = <T>(value: T | null, condition: (value: T) => SQL | undefined): SQL | undefined =>
  value === null ? undefined : condition(value);

/** Who has it, and whether it sleeps. */
const ofShifts = (filter: ConnectionFilter, { snoozed, assigned: names }: Few): SQL | undefined => {
  if (filter.assigned === 'me') throw new Error('a filter for "me" of nobody');
  return and(
    when(filter.assigned, assigned => assignedCondition(assigned, NOBODY, names)),
    filter.snoozed === 'yes' ? snoozedCondition(true, snoozed) : undefined,
    hidesSnoozed(filter) ? snoozedCondition(false, snoozed) : undefined,
  );
};

/**
 * The filter as a condition on reconciliations.
 *
 * @param few of which of its fields there are few (few.ts): these are looked up, the others are asked of each row
 * @throws Error for `assigned: me`: it has to be known who that is (for-actor.ts)
 */
export const conditionOf = (filter: ConnectionFilter, few: Few = {}): SQL | undefined => {
  const r = reconciliations;
  const states = statesOf(filter);
  return and(
    states.length === RECONCILIATION_STATES.length ? undefined : inArray(r.state, [...states]),
    when(filter.reason, reason => eq(r.reason, reason)),
    when(filter.workspace, workspace => eq(r.workspaceId, workspace)),
    when(filter.user, isOf),
    when(filter.named, named => eq(r.claimedUserId, named)),
    when(filter.pattern, pattern =>
      beginsWith(pattern, filter.isForViewer === true, few.pattern ?? null),
    ),
    when(filter.standing, standing =>
      standingCondition(standing, few.standing ?? null, few.failing),
    ),
    when(filter.maker, maker => madeBy(maker, few.maker ?? null)),
    ofShifts(filter, few),
    when(filter.since, since => gte(r.updatedAt, since)),
    when(filter.until, until => lt(r.updatedAt, until)),
  );
};
