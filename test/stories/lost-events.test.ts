import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readQueueStatus } from '../../src/support/queue/status.ts';
import { runHere } from '../fixtures/here.ts';
import { BACKENDS, type House, openHouse } from '../fixtures/house.ts';
import { start } from '../fixtures/processes.ts';
import { SHELL } from '../fixtures/shell.ts';
import { until } from '../fixtures/wait.ts';

const HOUR_MS = 3_600_000;

let house: House;
const open = async (kind: (typeof BACKENDS)[number]): Promise<void> => {
  house = await openHouse(kind);
  for (const id of ['ada', 'grace']) await house.addUser(id);
};
const close = () => house[Symbol.asyncDispose]();

/** A user connects an account some hours ago; Seam has the events, nothing is sent. */
const connectUnheard = async (user: string, hoursAgo: number) => {
  const { events: all } = house.seam.fake.database;
  const before = all.length;
  const webviewId = await house.seam.createWebview({ id: user });
  const { accountId } = await house.seam.completeWebview(webviewId, { email: 'a@locks.example' });
  const at = new Date(Date.now() - hoursAgo * HOUR_MS).toISOString();
  for (const event of all.slice(before)) Object.assign(event, { created_at: at, occurred_at: at });
  return { webviewId, accountId };
};
const cli = async (...args: string[]) => {
  const { code, stdout, stderr } = await runHere([...args, '--json'], house.env);
  return { code, stderr, json: stdout === '' ? null : JSON.parse(stdout) };
};

describe.each(BACKENDS)('what no webhook told us (queue in %s)', kind => {
  beforeAll(() => open(kind));
  afterAll(close);

  test('an endpoint that was down for hours heals by itself, and what is covered is shown', async () => {
    const before = await until('the first scheduled backfill to be over', async () => {
      const { coverage } = await readQueueStatus(house.database.db, SHELL);
      return coverage.find(({ next_at: at }) => Date.parse(at) > Date.now() + HOUR_MS / 60);
    });
    const { webviewId } = await connectUnheard('ada', 5);
    await house.database.pool.query(
      `update reconciler.backfills
          set due_at = now(), covered_until = now() - interval '20 h', unheard_until = now() - interval '20 h'`,
    );
    const match = await house.settled(webviewId, 'linked');
    expect(match.user_id).toBe('ada');
    expect(match.deliveries.map(delivery => delivery.source)).toEqual(Array(4).fill('backfill'));
    expect(match.runs.at(-1)?.trigger).toBe('backfill');
    await until('the cursor to be where it was, or further', async () => {
      const { coverage } = await readQueueStatus(house.database.db, SHELL);
      return coverage.some(({ until: covered }) => covered >= before.until);
    });
    const told = await runHere(['queue', 'status'], house.env);
    expect(told.stdout).toMatch(/Every event between \S+Z and \S+Z is accounted for/);
    expect(told.stdout).toContain('SILENCE: no webhook delivered the latest events: 4 since');
    const status = await readQueueStatus(house.database.db, SHELL);
    expect(status.silence).toMatchObject([{ events: 4, workspace_id: null }]);
    const ready = await fetch(`${house.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      checks: { silence: expect.stringContaining('latest 4 events') },
    });
  });
});

describe('looking by hand', () => {
  beforeAll(() => open('postgres'));
  afterAll(close);

  test('a backfill tells what was missing by hour, and a second one stores nothing', async () => {
    const { webviewId } = await connectUnheard('grace', 48);
    const first = await cli('backfill', '--since', '3d', '--until', '1d');
    expect(first).toMatchObject({ code: 0, json: { backfills: [{ listed: 4, missing: 4 }] } });
    expect(first.json.backfills[0].hours).toMatchObject([{ listed: 4, missing: 4 }]);
    expect((await house.settled(webviewId, 'linked')).user_id).toBe('grace');
    const again = await cli('backfill', '--since', '3d', '--until', '1d');
    expect(again.json.backfills[0]).toMatchObject({ listed: 4, missing: 0, hours: [] });
    expect((await house.find(webviewId))?.generation).toBe(4);
  });

  test('a backfill that Seam refuses fails, and says nothing of what is missing', async () => {
    house.seam.interfere(path =>
      path === '/events/list' ? response => response.writeHead(401).end('{}') : null,
    );
    const { code, json, stderr } = await cli('backfill', '--since', '3d');
    house.seam.interfere(null);
    expect(code).toBe(1);
    expect(json.backfills[0]).toMatchObject({ complete: false, listed: 0 });
    expect(stderr).toContain('This covers events only until');
  });

  test('an audit finds what nobody told us, changes nothing until --fix, and then it is right', async () => {
    const { accountId } = await connectUnheard('ada', 24 * 30);
    const dry = await cli('drift', '--fix', '--dry-run');
    expect(dry).toMatchObject({
      code: 5,
      json: {
        audit: { counts: { not_linked: 1 } },
        findings: [
          { finding: 'not_linked', connected_account_id: accountId, change: 'link it to ada' },
        ],
      },
    });
    expect(await house.find(accountId)).toBeUndefined();
    const fixed = await cli('drift', '--fix');
    expect(fixed.code).toBe(0);
    const match = await house.settled(accountId, 'linked');
    expect(match.runs.at(-1)).toMatchObject({ trigger: 'audit', outcome: 'linked' });
    const { code, json } = await cli('drift');
    expect({ code, findings: json.findings }).toEqual({ code: 0, findings: [] });
    const table = await runHere(['drift', '--csv'], house.env);
    expect(table.stdout).toBe(
      'finding,connected_account_id,linked_user_id,claimed_user_id,change,sentence,remedy\n',
    );
  });

  test('an audit that is interrupted keeps what it has, and --resume ends it', async () => {
    const added = Array.from({ length: 300 }, (_, n) => n);
    for (const n of added) {
      house.seam.fake.database.addConnectedAccount({
        provider: 'august',
        account_type: 'august',
        workspace_id: house.seam.workspaceId,
        user_identifier: { email: `${n}@locks.example` },
      });
    }
    const accounts = house.seam.fake.database.connected_accounts;
    let isAsked = false;
    house.seam.interfere((path, body) => {
      if (path !== '/connected_accounts/list' || body.page_cursor === undefined) return null;
      return () => {
        isAsked = true; // And never answered.
      };
    });
    await using left = start(['drift'], house.env);
    await until('the second page to be asked for', () => isAsked);
    expect(await left.stop('SIGINT')).toBe(130);
    expect(left.log.map(line => line.msg).join()).toContain('200 accounts were compared');
    house.seam.interfere(null);
    const callsBefore = house.seam.calls.length;
    const { code, json } = await cli('drift', '--resume');
    expect(code).toBe(5);
    expect(json.audit).toMatchObject({ listed: accounts.length, counts: { no_metadata: 300 } });
    expect(json.findings).toHaveLength(300);
    const pages = house.seam.calls.slice(callsBefore);
    expect(pages.filter(({ path }) => path === '/connected_accounts/list')).toHaveLength(1);
    expect(await cli('audit', '--resume')).toMatchObject({ code: 4 });
  });
});
