import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/inbox/deliveries.ts';
import { createInbox } from '../../src/inbox/receive.ts';
import { deliverySubject } from '../../src/model/subject.ts';
import { counted, delivery, many, useInbox } from '../fixtures/inbox.ts';
import { countNow, takeIn } from '../fixtures/intake.ts';

const site = useInbox();
const { open, isStored, generationOf } = site;

describe('a burst', () => {
  test('of a thousand webhooks is stored with a few statements', async () => {
    const { pool, statements } = counted(site.database.pool);
    const { inbox } = open({ pool });
    const burst = many(1_000, () => delivery());
    const answers = await Promise.all(burst.map(inbox.receive));
    expect(new Set(answers)).toEqual(new Set(['stored']));
    expect(statements()).toBeLessThanOrEqual(4);
  });

  test.each([
    ['in one batch', 500],
    ['in batches of two', 2],
    ['one by one', 1],
  ])(
    'of the same event, %s, is stored once and raises the generation once',
    async (_, batchSize) => {
      const { inbox, count } = open({ limits: { batchSize } });
      const same = delivery();
      const answers = await Promise.all(many(9, () => inbox.receive(same)));
      expect(answers.toSorted()).toEqual([...many(8, () => 'seen_before'), 'stored']);
      expect(await inbox.receive(same)).toBe('seen_before');
      expect(await count()).toEqual([same.event.subject]);
      expect(await generationOf(same.event.subject)).toBe(1);
      expect(await count()).toEqual([]);
    },
  );

  test('at two processes at once, overlapping and in another order, is counted right', async () => {
    const subjects = many(200, index => `connect_webview:shared_${index}` as const);
    const shared = subjects.map(subject => delivery(subject));
    const processes = many(2, () => {
      const { pool, statements } = counted(site.database.pool);
      return { ...open({ pool, limits: { batchSize: 200 } }), statements };
    });
    const answers = await Promise.all(
      processes.flatMap(({ inbox }, index) => {
        const own = many(5, () => subjects.map(subject => delivery(subject))).flat();
        const inOrder = (batch: Delivery[]) => (index === 0 ? batch : batch.toReversed());
        return [...inOrder(shared), ...inOrder(own)].map(inbox.receive);
      }),
    );
    expect(answers.filter(answer => answer === 'seen_before')).toHaveLength(200);
    await Promise.all(processes.map(({ count }) => count()));
    const { rows } = await site.database.pool.query(
      `select subject, generation::int, (select count(*) from reconciler.deliveries d
                                          where d.subject = r.subject)::int as deliveries
         from reconciler.reconciliations r where subject like 'connect_webview:shared_%'`,
    );
    expect(rows).toHaveLength(200);
    expect(rows.filter(row => row.generation !== 11 || row.deliveries !== 11)).toEqual([]);
    // A deadlock would have shown as batches that were tried again, row by row. What both were storing at the same
    // time is seen to once more, and no more than that.
    for (const { statements } of processes) expect(statements()).toBeLessThanOrEqual(12);
  });
});

test('a webhook that comes after its event was backfilled is kept as what was signed', async () => {
  const signed = delivery('connected_account:late', 'late_1');
  await takeIn(site.database.pool, [{ ...signed, headers: null, body: Buffer.from('{}') }]);
  const { inbox, count } = open();
  expect(await inbox.receive(signed)).toBe('seen_before');
  expect(await count()).toEqual([]);
  const { rows } = await site.database.pool.query(
    `select source, body, signature from reconciler.deliveries where event_id = 'late_1'`,
  );
  expect(rows).toEqual([{ source: 'webhook', body: signed.body, signature: signed.headers }]);
});

test('news of a subject that was settled a moment ago waits for the rest of its second', async () => {
  const { inbox } = open();
  const [first, second] = [delivery('connect_webview:burst'), delivery('connect_webview:burst')];
  await inbox.receive(first);
  await countNow(site.database.pool);
  const dueIn = async (): Promise<number> => {
    const { rows } = await site.database.pool.query<{ seconds: number }>(
      `select extract(epoch from due_at - settled_at)::float8 as seconds
         from reconciler.reconciliations where subject = 'connect_webview:burst'`,
    );
    return rows[0]?.seconds ?? Number.NaN;
  };
  await site.database.pool.query(
    `update reconciler.reconciliations set settled_at = now(), observed_generation = generation, state = 'linked'
      where subject = 'connect_webview:burst'`,
  );
  await inbox.receive(second);
  await countNow(site.database.pool);
  expect(await dueIn()).toBe(1);
});

describe('whoever looks next is told', () => {
  test('after the commit, when another connection can see the rows', async () => {
    const [first, second] = [delivery(), delivery()];
    const seen: Promise<boolean>[] = [];
    const inbox = createInbox({
      pool: site.database.pool,
      log: pino({ level: 'silent' }),
      onStored: () => void seen.push(isStored(first.event.eventId), isStored(second.event.eventId)),
    });
    await Promise.all([first, second].map(inbox.receive));
    expect(await Promise.all(seen)).toEqual([true, true]);
  });

  test('of each subject once, and of none that there is nothing to look at', async () => {
    const { inbox, count } = open();
    const [a, b] = ['connect_webview:told_a', 'connected_account:told_b'] as const;
    const unusable = delivery(deliverySubject('told_c'), 'told_c');
    const batch = [delivery(a), delivery(b), delivery(a), unusable, delivery(a)];
    await Promise.all(batch.map(inbox.receive));
    expect((await count()).toSorted()).toEqual([a, b].toSorted());
    expect(await isStored('told_c')).toBe(true);
    await inbox.receive(delivery(deliverySubject('told_d'), 'told_d'));
    expect(await count()).toEqual([]);
  });
});
