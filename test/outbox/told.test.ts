import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { arrange } from '../../src/outbox/arrange.ts';
import { useRuns } from '../fixtures/runs.ts';

const site = useRuns();
const { owe, look, connect } = site;

/** What the app is told of a connection, the oldest first. */
const told = async (about: string) => {
  const { pool } = site.database;
  while ((await arrange(pool)).isCut);
  const { rows } = await pool.query(
    `select type, sequence::int, user_id, connected_account_id, data from reconciler.messages
      where about = $1 order by position`,
    [about],
  );
  return rows;
};

describe('what the app is told', () => {
  test('is a link that a run made, and another user that took its place', async () => {
    const { subject, accountId } = await connect('ada');
    await owe(subject);
    await look(subject);
    await connect('grace', accountId);
    await owe(subject);
    await look(subject);
    expect(await told(`connected_account:${accountId}`)).toMatchObject([
      {
        type: 'account.linked',
        sequence: 1,
        user_id: 'ada',
        connected_account_id: accountId,
        data: { state: 'connected', is_provisional: false, before: { user_id: null } },
      },
      {
        type: 'account.relinked',
        sequence: 2,
        user_id: 'grace',
        data: { because: 'relinked', before: { user_id: 'ada' } },
      },
    ]);
  });

  test('is that a connection needs a person, and that it needs none any more', async () => {
    const { subject, accountId } = await connect('');
    await owe(subject);
    await look(subject);
    await connect('ada', accountId);
    await owe(subject);
    await look(subject);
    expect(await told(`connected_account:${accountId}`)).toMatchObject([
      { type: 'connection.needs_attention', data: { reason: 'metadata_id_invalid' } },
      { type: 'connection.settled', data: { before: { reason: 'metadata_id_invalid' } } },
      { type: 'account.linked', user_id: 'ada' },
    ]);
  });

  test('is nothing where a look found what was known', async () => {
    const { subject, accountId } = await connect('ada');
    await owe(subject);
    await look(subject);
    await owe(subject);
    await look(subject);
    expect(await told(`connected_account:${accountId}`)).toHaveLength(1);
  });

  test('is nothing that was not committed', async () => {
    const accountId = randomUUID();
    const client = await site.database.pool.connect();
    await client.query('begin');
    await client.query(
      `insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ($1, 'ada', 0)`,
      [accountId],
    );
    await client.query('set constraints all immediate');
    await client.query('rollback');
    client.release();
    expect(await told(`connected_account:${accountId}`)).toEqual([]);
  });
});
