import { describe, expect, test } from 'vitest';
import { judge } from '../../src/alerts/judge.ts';
import type { Vitals } from '../../src/model/vitals.ts';
import { useAlertDatabase } from '../fixtures/alert-database.ts';
import { endpointVitals, vitalsOf, workspaceVitals } from '../fixtures/vitals.ts';

const LIMITS = { seamMinutes: 10, backlogMinutes: 10, endpointMinutes: 10, diskPercent: 85 };
const SLACK = { name: 'slack', keepsOpen: false };
const PAGER = { name: 'pagerduty', keepsOpen: true };

const database = useAlertDatabase();

const minutesBack = (minutes: number): string =>
  new Date(Date.now() - minutes * 60_000).toISOString();

/** What is wrong with each of these endpoints. */
const switchedOff = (...ids: number[]): Vitals =>
  vitalsOf({
    endpoints: ids.map(id =>
      endpointVitals({ id, trouble: 'switched_off', since: minutesBack(5) }),
    ),
  });

/** @param measured so many minutes ago */
const judged = (vitals: Vitals, channels = [SLACK], measured = 0) =>
  judge(database.pool, {
    vitals: { ...vitals, measuredAt: minutesBack(measured) },
    facts: { labelOf: () => null, jumps: [], webhooks: null },
    limits: LIMITS,
    channels,
    pending: new Map(),
    gatherMs: 60_000,
  });

/** All that was seen before was seen so long ago. */
const letPass = (minutes: number) =>
  database.pool.query(
    `update reconciler.alerts set seen_at = seen_at - $1 * interval '1 min' where ended_at is null`,
    [minutes],
  );
const silence = (rule: string | null, from: number, until: number) =>
  database.pool.query(
    `insert into reconciler.alert_silences (rule, at, until, why, by)
     values ($1, now() + $2 * interval '1 min', now() + $3 * interval '1 min', 'known', 'ada')`,
    [rule, from, until],
  );
const toldBefore = (minutes: number) =>
  database.pool.query(
    `update reconciler.alert_notices set sent_at = now(), next_try_at = null,
            created_at = created_at - $1 * interval '1 min'`,
    [minutes],
  );

const notices = async () => {
  const { rows } = await database.pool.query<{ told: string }>(
    `select channel || ' ' || kind || ' ' || (
              select string_agg(a.about, ',' order by a.id) from reconciler.alerts a where a.id = any(alert_ids)) as told
       from reconciler.alert_notices order by id`,
  );
  return rows.map(({ told }) => told);
};
const alerts = async () => {
  const { rows } = await database.pool.query<{ about: string; open: boolean }>(
    'select about, ended_at is null as open from reconciler.alerts order by id',
  );
  return rows.map(({ about, open }) => `${about} ${open ? 'open' : 'over'}`);
};

describe('what begins', () => {
  test('is one alert, however often it is found, since when it is so', async () => {
    await judged(switchedOff(7));
    await judged(switchedOff(7));
    const { rows } = await database.pool.query(
      `select rule, about, sentence, round(extract(epoch from now() - began_at) / 60)::int as minutes
         from reconciler.alerts`,
    );
    expect(rows).toEqual([
      {
        rule: 'endpoint_failing',
        about: '7',
        minutes: 5,
        sentence: expect.stringMatching(
          /^Your app doesn't hear of changes: its endpoint "the app"/,
        ),
      },
    ]);
    expect(await notices()).toEqual(['slack began 7']);
  });

  test('together, or within a short time, is one message to each channel', async () => {
    await judged(switchedOff(7, 8), [SLACK, PAGER]);
    await judged(switchedOff(7, 8, 9), [SLACK, PAGER]);
    expect(await notices()).toEqual(['slack began 7,8,9', 'pagerduty began 7,8,9']);
  });

  test('is told in several messages where each is an event of its own, so that all are', async () => {
    const ids = Array.from({ length: 25 }, (_, at) => at + 1);
    await judged(switchedOff(...ids.slice(0, 19)), [PAGER]);
    await judged(switchedOff(...ids), [PAGER]);
    const [first = '', second = ''] = await notices();
    expect([first.split(',').length, second.split(',').length]).toEqual([19, 6]);
    await letPass(1);
    await judged(switchedOff(), [PAGER]);
    const over = (await notices()).filter(each => each.startsWith('pagerduty over'));
    expect(over.map(each => each.split(',').length)).toEqual([20, 5]);
  });

  test('later is a message of its own', async () => {
    await judged(switchedOff(7));
    await database.pool.query('update reconciler.alert_notices set next_try_at = now()');
    await judged(switchedOff(7, 8));
    expect(await notices()).toEqual(['slack began 7', 'slack began 8']);
  });

  test('is found by one of several that look at once', async () => {
    const turns = await Promise.all(Array.from({ length: 6 }, () => judged(switchedOff(7))));
    expect(turns.flatMap(({ begun }) => begun)).toHaveLength(1);
    expect(await notices()).toEqual(['slack began 7']);
  });

  test('is there for the console where there is no channel, and told once there is one', async () => {
    await judged(switchedOff(7), []);
    expect([await alerts(), await notices()]).toEqual([['7 open'], []]);
    await judged(switchedOff(7), [SLACK]);
    expect(await notices()).toEqual(['slack began 7']);
  });
});

describe('what is over', () => {
  test('is told once all was well for a minute, and not before', async () => {
    await judged(switchedOff(7, 8));
    await toldBefore(0);
    await judged(switchedOff());
    expect(await notices()).toEqual(['slack began 7,8']);
    await letPass(1);
    await judged(switchedOff());
    await judged(switchedOff());
    expect(await alerts()).toEqual(['7 over', '8 over']);
    expect(await notices()).toEqual(['slack began 7,8', 'slack over 7,8']);
  });

  test('begins anew as another one', async () => {
    await judged(switchedOff(7));
    await letPass(1);
    await judged(switchedOff());
    await judged(switchedOff(7));
    expect(await alerts()).toEqual(['7 over', '7 open']);
  });

  test('of a fault that comes and goes each half minute is nothing: one message in all', async () => {
    for (let turn = 0; turn < 6; turn++) {
      await judged(switchedOff(...(turn % 2 === 0 ? [7] : [])));
      await letPass(0.5);
      await toldBefore(0);
    }
    expect(await notices()).toEqual(['slack began 7']);
  });
});

describe('a silence', () => {
  test('keeps the message back, and is followed by one if it is still so', async () => {
    await silence('endpoint_failing', -1, 60);
    await judged(switchedOff(7));
    expect([await alerts(), await notices()]).toEqual([['7 open'], []]);
    await database.pool.query('update reconciler.alert_silences set ended_at = now()');
    await judged(switchedOff(7));
    await judged(switchedOff(7));
    expect(await notices()).toEqual(['slack began 7']);
  });

  test('of what was told before is followed by one message, if it is still so', async () => {
    await judged(switchedOff(7));
    await toldBefore(30);
    await silence(null, -20, -10);
    await database.pool.query("update reconciler.alerts set began_at = now() - interval '1 day'");
    await judged(switchedOff(7));
    await judged(switchedOff(7));
    expect(await notices()).toEqual(['slack began 7', 'slack began 7']);
  });

  test('keeps back that it is over, but what is kept open elsewhere is closed', async () => {
    await judged(switchedOff(7), [SLACK, PAGER]);
    await toldBefore(0);
    await silence('endpoint_failing', -1, 60);
    await letPass(1);
    await judged(switchedOff(), [SLACK, PAGER]);
    expect(await notices()).toEqual(['slack began 7', 'pagerduty began 7', 'pagerduty over 7']);
  });

  test('of one workspace says nothing of another', async () => {
    const hold = { reason: 'seam_unauthorized', since: minutesBack(5) } as const;
    const vitals = vitalsOf({
      workspaces: ['ws1', 'ws2'].map(workspaceId => workspaceVitals({ workspaceId, hold })),
    });
    await silence('key_refused', -1, 60);
    await database.pool.query("update reconciler.alert_silences set about = 'ws1'");
    await judged(vitals);
    expect(await notices()).toEqual(['slack began ws2']);
  });
});

test('figures that are old say nothing of now: nothing begins, and nothing is over', async () => {
  await judged(switchedOff(7));
  await letPass(5);
  await judged(switchedOff(8), [SLACK], 5);
  expect([await alerts(), await notices()]).toEqual([['7 open'], ['slack began 7']]);
});

describe('rows that another transaction holds', () => {
  const whileHeld = async (held: string, work: () => Promise<unknown>) => {
    const holder = await database.pool.connect();
    try {
      await holder.query(`begin; select from reconciler.${held} for update`);
      await work();
    } finally {
      await holder.query('rollback');
      holder.release();
    }
  };

  test('of one alert, which goes on or ends another time, while others are told', async () => {
    await judged(switchedOff(7));
    await letPass(5);
    await whileHeld('alerts', () => judged(switchedOff(8)));
    expect(await alerts()).toEqual(['7 open', '8 open']);
    await whileHeld('alerts', () => judged(switchedOff(7, 8, 9)));
    await judged(switchedOff(8, 9));
    expect(await alerts()).toEqual(['7 over', '8 open', '9 open']);
  });

  test('of a message that waits for others: what begins is a message of its own', async () => {
    await judged(switchedOff(7));
    await whileHeld('alert_notices', () => judged(switchedOff(7, 8)));
    expect(await notices()).toEqual(['slack began 7', 'slack began 8']);
  });
});
