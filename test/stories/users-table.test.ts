import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { runHere } from '../fixtures/here.ts';
import { openHouse } from '../fixtures/house.ts';
import { until } from '../fixtures/wait.ts';

test('a users table that can’t be used is told alike by doctor, the start and the case, and heals once mended', async () => {
  const role = `app_${randomBytes(6).toString('hex')}`;
  let url = '';
  await using house = await openHouse('postgres', {
    prepare: async ({ pool, url: ownersUrl }) => {
      await pool.query(`
        create role ${role} login password 'of-the-test';
        grant create on database ${new URL(ownersUrl).pathname.slice(1)} to ${role};
        grant all on schema reconciler, bullmq to ${role};
        grant all on all tables in schema reconciler, bullmq to ${role};
        grant all on all sequences in schema reconciler, bullmq to ${role};
        create schema app;
        create type app.tag as enum ('ada', 'bob', 'eve');
        create table app.people (id app.tag primary key);
        insert into app.people values ('ada'), ('bob');
        grant usage on schema app to ${role};
        grant select on app.people to ${role};`);
      url = ownersUrl;
    },
    env: async () => {
      const ours = new URL(url);
      ours.username = role;
      ours.password = 'of-the-test';
      return { DATABASE_URL: ours.href, USERS_TABLE: 'app.people' };
    },
  });
  const { pool } = house.database;
  const connect = async (id: string): Promise<string> => {
    const webviewId = await house.seam.createWebview({ id });
    const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
    await house.deliver(...events);
    return webviewId;
  };
  /** What the case says, which is what doctor says. */
  const told = async (webviewId: string): Promise<string> => {
    await until('the reason', async () => {
      const match = await house.find(webviewId);
      return match?.reason === 'users_table_unusable';
    });
    const { rows } = await pool.query<{ detail: string }>(
      `select detail from reconciler.runs where subject = $1 order by id desc limit 1`,
      [`connect_webview:${webviewId}`],
    );
    const { stdout } = await runHere(['doctor', '--json'], house.env);
    const { checks } = JSON.parse(stdout) as { checks: Record<string, string>[] };
    const finding = checks.find(({ check }) => check === 'users table');
    expect(finding).toMatchObject({ result: 'problem' });
    expect(rows[0]?.detail).toBe(`${finding?.detail}. ${finding?.remedy}`);
    return String(rows[0]?.detail);
  };

  const ada = await connect('ada');
  expect(await told(ada)).toMatch(/ids of type app\.tag \(tag\) are not supported/);
  await house.work.logged('no users can be found: nothing is linked');
  const readiness = await (await fetch(`${house.url}/readyz`)).json();
  expect(readiness).toMatchObject({
    checks: { progress: 'no user can be found, so nothing is linked: "doctor" says why' },
  });
  await pool.query('alter table app.people alter column id type text');
  expect(await house.settled(ada, 'linked')).toMatchObject({ user_id: 'ada' });

  await pool.query(`revoke select on app.people from ${role}`);
  const bob = await connect('bob');
  const grant = `grant select on "app"."people" to "${role}";`;
  expect(await told(bob)).toContain(grant);
  await pool.query(grant);
  expect(await house.settled(bob, 'linked')).toMatchObject({ user_id: 'bob' });
}, 300_000);
