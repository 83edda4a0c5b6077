import { SeamHttp } from '@seamapi/http';
import pg from 'pg';
import { answerParent } from '../child.ts';
import { idsOf } from '../messages.ts';

/** Completions of `count` connections of this run. */
export type LoopRequest = Readonly<{ run: string; count: number; concurrency: number }>;
/** When each was done, in ms of this process's clock. */
export type LoopAnswer = readonly number[];

/**
 * The same work without a queue, and without any of what a queue is for: for each connection the two
 * calls of Seam's SDK and one transaction that stores webview, account and link.
 */
const [databaseUrl, endpoint = ''] = process.argv.slice(2);
const seam = new SeamHttp({ apiKey: 'seam_bench_key', endpoint });
const pool = new pg.Pool({ connectionString: databaseUrl, max: 100 });

const complete = async (run: string, connection: number): Promise<void> => {
  const { connect_webview_id } = idsOf(run, connection);
  const webview = await seam.connectWebviews.get({ connect_webview_id });
  const account = await seam.connectedAccounts.get({
    connected_account_id: String(webview.connected_account_id),
  });
  const { id } = account.custom_metadata;
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('select id from reconciler.users where id = $1', [id]);
    await client.query(
      'insert into loop_webviews values ($1, $2) on conflict (id) do update set body = excluded.body',
      [connect_webview_id, webview],
    );
    await client.query(
      'insert into loop_accounts values ($1, $2) on conflict (id) do update set body = excluded.body',
      [account.connected_account_id, account],
    );
    await client.query('insert into loop_links values ($1, $2) on conflict (id) do nothing', [
      account.connected_account_id,
      id,
    ]);
    await client.query('commit');
  } finally {
    client.release();
  }
};

for (const table of ['loop_webviews', 'loop_accounts']) {
  await pool.query(`create table ${table} (id text primary key, body jsonb)`);
}
await pool.query('create table loop_links (id text primary key, user_id text)');

answerParent<LoopRequest, LoopAnswer>(async ({ run, count, concurrency }) => {
  const doneAt: number[] = [];
  let next = 0;
  const loop = async (): Promise<void> => {
    for (let connection = next++; connection < count; connection = next++) {
      await complete(run, connection);
      doneAt.push(performance.now());
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  return doneAt;
});
