import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MESSAGE_TYPES, type MessageType } from '../../src/model/message.ts';
import { arrange } from '../../src/outbox/arrange.ts';
import { messageBody } from '../../src/outbox/body.ts';
import { blocksOf, sectionOf } from '../fixtures/contract-document.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

/* Each example of a message in docs/contract.md looks like a message of its type that was really written. */

let database: TestDatabase;
const bodies = new Map<MessageType, ReturnType<typeof messageBody>>();

beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  const [account, webview] = [randomUUID(), randomUUID()];
  const steps = [
    `insert into reconciler.connect_webviews (connect_webview_id, workspace_id, status, custom_metadata, read_by_run)
     values ('${webview}', 'ws', 'pending', '{}', 1)`,
    `insert into reconciler.reconciliations (subject, claimed_user_id, connect_webview_id, generation, state)
     values ('connect_webview:${webview}', 'adda', '${webview}', 1, 'pending')`,
    `update reconciler.connect_webviews set status = 'failed', failure_description = 'Wrong password.'`,
    `insert into reconciler.connected_accounts (connected_account_id, workspace_id, account_type,
       account_type_display_name, user_identifier, custom_metadata, errors, warnings, accepted_capabilities, state, state_since, read_by_run)
     values ('${account}', 'ws', 'august', 'August', '{}', '{}', '[]', '[]', '[]', 'connected', now(), 1)`,
    `update reconciler.connect_webviews set status = 'authorized', connected_account_id = '${account}'`,
    `update reconciler.reconciliations set observed_generation = 1, state = 'failed', reason = 'user_not_found',
       connected_account_id = '${account}'`,
    `insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ('${account}', 'ada', 1);
     update reconciler.reconciliations set state = 'linked', reason = null`,
    `update reconciler.links set unlinked_at = now(), unlinked_because = 'relinked';
     insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ('${account}', 'grace', 1)`,
    `update reconciler.connected_accounts set state = 'disconnected'`,
    `update reconciler.connected_accounts set state = 'reauthorization_requested'`,
    `update reconciler.connected_accounts set state = 'connected'`,
    `update reconciler.connected_accounts set state = 'deleted', deleted_at = now();
     update reconciler.links set unlinked_at = now(), unlinked_because = 'account_deleted' where unlinked_at is null`,
  ];
  for (const step of steps) await pool.query(step);
  await arrange(pool);
  const { rows } = await pool.query(
    `select position::int, message_id as "messageId", type, about, sequence::int, at, workspace_id as "workspaceId",
            user_id as "userId", connected_account_id as "connectedAccountId",
            connect_webview_id as "connectWebviewId", traceparent, data from reconciler.messages order by position`,
  );
  for (const row of rows) bodies.set(row.type, messageBody(row));
});
afterAll(() => database[Symbol.asyncDispose]());

/** What kind of value each field holds: `null` is one of its own, as a reader has to know of it. */
const kindsOf = (value: unknown): unknown => {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, kindsOf(each)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
};

test.each(MESSAGE_TYPES)('%s', type => {
  const [example = ''] = blocksOf('json', sectionOf(`### \`${type}\``));
  const body = JSON.parse(example);
  expect(body.type).toBe(type);
  expect(kindsOf(body)).toEqual(kindsOf(bodies.get(type)));
});

test('what came in between is counted without a gap', async () => {
  const { rows } = await database.pool.query(
    `select about, array_agg(sequence::int order by position) as sequences from reconciler_public.messages group by 1`,
  );
  for (const { sequences } of rows) {
    expect(sequences).toEqual(sequences.map((_: number, at: number) => at + 1));
  }
});
