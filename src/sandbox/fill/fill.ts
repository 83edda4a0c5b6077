import type pg from 'pg';
import { type Client, inTransaction } from '../../db/client.ts';
import type { SandboxSeam } from '../seam.ts';
import { type CaseIds, identifierOf, metadataOf, troublesOf } from './at-seam.ts';
import { type CasePlan, planCases } from './cases.ts';
import { makerOf, personOf } from './people.ts';
import { type Rows, rowsOf } from './rows.ts';

/** Besides the sandbox's own. */
const WORKSPACES = ['harbor_hotels', 'nordic_rentals'] as const;
const AT_A_TIME = 250;
/** What refers to another comes after it. */
const TABLES = [
  'users',
  'reconciliations',
  'connect_webviews',
  'connected_accounts',
  'links',
  'runs',
  'deliveries',
  'notes',
] as const;

/** What is there after it. */
export type Filled = Readonly<{ cases: number; users: number; workspaces: readonly string[] }>;

type Fake = SandboxSeam['fake'];

/** Puts a case's webview and account into the fake, so that looking at it again finds what it should. */
const addAtSeam = ({ database }: Fake, plan: CasePlan, workspace: string, now: number): CaseIds => {
  const webview = database.addConnectWebview({
    workspace_id: workspace,
    custom_metadata: metadataOf(plan),
  });
  const { connect_webview_id } = webview;
  if (plan.accountState === null) return { webview: connect_webview_id, account: null, workspace };
  const maker = makerOf(plan.number);
  const account = database.addConnectedAccount({
    provider: maker.key,
    account_type: maker.key,
    workspace_id: workspace,
    user_identifier: identifierOf(plan.number),
    display_name: personOf(plan.number).email,
  });
  Object.assign(account, {
    account_type_display_name: maker.name,
    custom_metadata: metadataOf(plan),
    ...troublesOf(plan, now),
  });
  const { connected_account_id } = account;
  database.updateConnectWebview({ connect_webview_id, status: 'authorized', connected_account_id });
  if (plan.accountState === 'deleted') database.deleteConnectedAccount({ connected_account_id });
  return { webview: connect_webview_id, account: connected_account_id, workspace };
};

const insert = async (client: Client, table: string, rows: Rows[string]): Promise<void> => {
  const columns = Object.keys(rows[0] ?? {}).map(name => `"${name}"`);
  if (columns.length === 0) return;
  await client.query(
    `insert into reconciler.${table} (${columns}) select ${columns}
       from jsonb_populate_recordset(null::reconciler.${table}, $1) on conflict do nothing`,
    [JSON.stringify(rows)],
  );
};

/**
 * Fills the sandbox with a desk's worth of cases: many makers, scripts and long names, all reasons, three workspaces.
 * The fake knows their accounts, so that a retry finds them. Once more, it adds more.
 *
 * @param count how many cases, of which the same number always gives the same
 */
export const fill = async (seam: SandboxSeam, pool: pg.Pool, count: number): Promise<Filled> => {
  const now = Date.now();
  for (const id of WORKSPACES) {
    const isThere = seam.fake.database.workspaces.some(({ workspace_id }) => workspace_id === id);
    if (!isThere) await seam.addWorkspace(id);
  }
  const workspaces = [seam.workspaceId, ...WORKSPACES];
  const plans = planCases(count);
  for (let from = 0; from < plans.length; from += AT_A_TIME) {
    const some = plans.slice(from, from + AT_A_TIME);
    const made = some.map(plan => {
      const workspace = workspaces[plan.workspace] ?? seam.workspaceId;
      return rowsOf(plan, addAtSeam(seam.fake, plan, workspace, now), now);
    });
    // Whomever the metadata name; where nobody is found it is for what they say.
    const people = some.map(({ number }) => {
      const { id, name, email } = personOf(number);
      return { id, name, email };
    });
    await inTransaction(pool, async client => {
      for (const table of TABLES) {
        const rows = table === 'users' ? people : made.flatMap(of => of[table] ?? []);
        await insert(client, table, rows);
      }
    });
  }
  await seam.save();
  return { cases: plans.length, users: plans.length, workspaces };
};
