import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';

/* The feed that an app follows: every change of a link once, in the order of commits, and never a hole unsaid. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(async () => {
  await query(
    `truncate reconciler.links, reconciler.told, reconciler.outbox, reconciler.messages,
              reconciler.retention_cursors restart identity cascade`,
  );
});

const query = (sql: string, values: unknown[] = []) => desk.database.pool.query(sql, values);
const LINK = `insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ($1, $2, 1)`;
const link = (id: string, user: string) => query(LINK, [id, user]);
const unlink = (id: string) =>
  query(
    `update reconciler.links set unlinked_at = now(), unlinked_because = 'account_deleted'
      where connected_account_id = $1 and unlinked_at is null`,
    [id],
  );

type Change = { type: string; data: { position: number; user_id: string | null } };
type Feed = { changes: Change[]; next: number; more: boolean };
const read = async (search = '', role: 'viewer' | 'support' = 'support') => {
  const { status, body } = await desk.call(role, 'GET', `/links${search}`);
  return { status, body: body as Feed & { error: { type: string; message: string } } };
};
const told = ({ body }: { body: Feed }) =>
  body.changes.map(({ type, data }) => `${type} ${data.user_id}`);

describe('the feed of links', () => {
  test('has what became of each, in order, and goes on where it was left', async () => {
    await link('a1', 'ada');
    await link('a2', 'grace');
    await unlink('a1');
    const first = await read('?limit=2');
    expect(told(first)).toEqual(['account.linked ada', 'account.linked grace']);
    expect(first.body).toMatchObject({ next: 2, more: true });
    const second = await read(`?after=${first.body.next}&limit=2`);
    expect(second.body).toMatchObject({
      changes: [
        {
          type: 'account.unlinked',
          data: {
            position: 3,
            about: 'connected_account:a1',
            sequence: 2,
            user_id: null,
            because: 'account_deleted',
            before: { user_id: 'ada' },
          },
        },
      ],
      next: 3,
      more: false,
    });
    expect((await read('?after=3')).body).toEqual({ changes: [], next: 3, more: false });
  });

  test('leaves nothing out that began early and was committed late', async () => {
    const slow = await desk.database.pool.connect();
    try {
      await slow.query('begin');
      await slow.query(LINK, ['slow', 'ada']);
      await link('quick', 'grace');
      const before = await read();
      expect(told(before)).toEqual(['account.linked grace']);
      await slow.query('commit');
      expect(told(await read(`?after=${before.body.next}`))).toEqual(['account.linked ada']);
    } finally {
      slow.release();
    }
  });

  test('goes on from where a list of accounts was read', async () => {
    await link('a1', 'ada');
    const { body } = await desk.call('support', 'GET', '/accounts');
    const { position } = body as { position: number };
    expect(position).toBe(1);
    expect(told(await read(`?after=${position}`))).toEqual([]);
    await link('a2', 'grace');
    expect(told(await read(`?after=${position}`))).toEqual(['account.linked grace']);
  });

  test('passes over what is of no link, and so is not left behind by prune', async () => {
    await link('a1', 'ada');
    await query(
      `insert into reconciler.outbox (type, about, sequence, data)
       values ('account.disconnected', 'connected_account:a1', 2, '{}')`,
    );
    const { body } = await read('?after=1');
    expect(body).toEqual({ changes: [], next: 2, more: false });
  });

  test('is of one workspace where that is asked for', async () => {
    await link('a1', 'ada');
    await link('a2', 'grace');
    await read();
    await query(`update reconciler.messages set workspace_id = 'ours' where about like '%a2'`);
    expect(told(await read('?workspace=ours'))).toEqual(['account.linked grace']);
    expect(told(await read('?workspace=theirs'))).toEqual([]);
  });

  test('tells a viewer of no e-mail, also of whose it was', async () => {
    await link('a1', 'ada@app.example');
    await unlink('a1');
    expect(JSON.stringify((await read('', 'viewer')).body)).not.toContain('ada@');
    expect(JSON.stringify((await read('')).body)).toContain('ada@app.example');
  });
});

describe('a position that it can’t go on from', () => {
  test('is said to be pruned, and what to do', async () => {
    for (const id of ['a1', 'a2', 'a3']) await link(id, 'ada');
    await read();
    await query('delete from reconciler.messages where position <= 2');
    await query(
      `insert into reconciler.retention_cursors (name, first, second) values ('messages', '2', '')`,
    );
    const { status, body } = await read('?after=1');
    expect({ status, ...body.error }).toMatchObject({
      status: 410,
      type: 'gone',
      message: expect.stringMatching(/pruned.*List all accounts again/),
    });
    // The last that was pruned is where what is kept begins.
    expect(told(await read('?after=2'))).toHaveLength(1);
    expect(told(await read())).toHaveLength(1);
  });

  test('is found without prune’s word, too, also where nothing is left', async () => {
    for (const id of ['a1', 'a2', 'a3']) await link(id, 'ada');
    await read();
    await query('delete from reconciler.messages where position <= 2');
    expect((await read('?after=1')).status).toBe(410);
    expect((await read('?after=2')).status).toBe(200);
    await query('delete from reconciler.messages');
    expect((await read('?after=2')).status).toBe(410);
  });

  test('is said to be of another database', async () => {
    await link('a1', 'ada');
    const { status, body } = await read('?after=4711');
    expect({ status, ...body.error }).toMatchObject({
      status: 410,
      message: expect.stringMatching(/restored from a backup.*List all accounts again/),
    });
  });

  test('that is no number is refused', async () => {
    expect((await read('?after=x')).status).toBe(422);
    expect((await read('?after=-1')).status).toBe(422);
  });
});
