import { describe, expect, test } from 'vitest';
import { type InboxLimits, InboxUnavailableError } from '../../src/inbox/receive.ts';
import { delivery, MARK, many, SIGNATURE_MARK, useInbox } from '../fixtures/inbox.ts';
import { countNow } from '../fixtures/intake.ts';

const site = useInbox();
const { open, isStored, generationOf, lockDeliveries } = site;

test('a webhook that Postgres refuses costs its neighbours nothing', async () => {
  const { inbox, count } = open();
  const refused = delivery(undefined, 'an id with a NUL \u0000 in it');
  const neighbours = many(4, () => delivery());
  const batch = [...neighbours.slice(0, 2), refused, ...neighbours.slice(2)];
  const answers = await Promise.allSettled(batch.map(inbox.receive));
  expect(answers.map(answer => answer.status).toSorted()).toEqual([
    ...many(4, () => 'fulfilled'),
    'rejected',
  ]);
  expect(answers[2]).toMatchObject({ reason: expect.any(InboxUnavailableError) });
  for (const { event } of neighbours) expect(await isStored(event.eventId)).toBe(true);
  expect((await count()).toSorted()).toEqual(
    neighbours.map(({ event }) => event.subject).toSorted(),
  );
  expect(await generationOf(refused.event.subject)).toBeNull();
});

describe('while the table is locked', () => {
  test('a webhook is turned away in time, and taken when it comes again after that', async () => {
    const { inbox } = open({ limits: { timeoutMs: 200 } });
    const kept = delivery();
    {
      await using _lock = await lockDeliveries();
      const inVain = [kept, delivery()].map(inbox.receive);
      const reason = new InboxUnavailableError('the delivery could not be stored in time');
      const rejected = { status: 'rejected', reason };
      expect(await Promise.allSettled(inVain)).toEqual([rejected, rejected]);
    }
    await inbox.idle();
    expect(['stored', 'seen_before']).toContain(await inbox.receive(kept));
    expect(await isStored(kept.event.eventId)).toBe(true);
    await countNow(site.database.pool);
    expect(await generationOf(kept.event.subject)).toBe(1);
  });

  test.each<[string, Partial<InboxLimits>]>([
    ['webhooks', { maxWaiting: 2 }],
    ['bytes', { maxWaitingBytes: 2.5 * delivery().body.length }],
  ])('too many %s are turned away at once, and those before them kept', async (_name, limits) => {
    const { inbox } = open({ limits });
    const early = many(2, () => delivery());
    let waiting: Promise<string>[];
    {
      await using _lock = await lockDeliveries();
      waiting = early.map(inbox.receive);
      const tooMany = new InboxUnavailableError('too many deliveries are waiting');
      await expect(inbox.receive(delivery())).rejects.toEqual(tooMany);
    }
    expect(await Promise.all(waiting)).toEqual(['stored', 'stored']);
    expect(await inbox.receive(delivery())).toBe('stored');
  });
});

test('no log line of the inbox holds a payload or a signature, whatever happens', async () => {
  const { inbox, logLines } = open({ limits: { timeoutMs: 200 } });
  const good = delivery();
  await Promise.all([inbox.receive(good), inbox.receive(good)]);
  await expect(inbox.receive(delivery(undefined, '\u0000'))).rejects.toThrow();
  {
    await using _lock = await lockDeliveries();
    await expect(inbox.receive(delivery())).rejects.toThrow();
  }
  await inbox.idle();
  const messages = logLines.map(line => String(JSON.parse(line).msg));
  expect(new Set(messages)).toEqual(
    new Set([
      'deliveries stored',
      'delivery stored',
      'delivery seen before',
      'deliveries could not be stored',
    ]),
  );
  const encoded = [MARK, Buffer.from(MARK).toString('hex'), Buffer.from(MARK).toString('base64')];
  const telling = [...encoded, SIGNATURE_MARK, '"body"', '"data"'];
  expect(logLines.filter(line => telling.some(word => line.includes(word)))).toEqual([]);
});
