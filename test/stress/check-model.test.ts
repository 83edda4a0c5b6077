import { describe, expect, test } from 'vitest';
import { auditKey, checkModel, type Ending } from './check-model.ts';
import type { Record } from './site.ts';
import type { Account, SeamEvent, World } from './world.ts';

const event: SeamEvent = {
  eventId: 'e1',
  eventType: 'connected_account.connected',
  workspace: 'a',
  accountId: 'acc',
  webviewId: null,
  body: '{}',
  digest: 'right',
};

const accountWith = (of: Partial<Account> = {}): Account => ({
  id: 'acc',
  workspace: 'a',
  webviews: ['w'],
  events: [event],
  claims: new Set(['u1']),
  byHand: new Set(),
  fate: 'there',
  replacedAt: 1,
  isAged: false,
  ...of,
});

const worldWith = (account: Account, metadata: object | null): World =>
  ({
    accounts: new Map([[0, account]]),
    events: [event],
    users: new Set(['u1', 'u2']),
    metadataOf: () => metadata,
  }) as unknown as World;

const endingWith = (of: Partial<Ending> = {}): Ending => ({
  links: new Map([['acc', 'u1']]),
  stored: new Map([['e1', 'right']]),
  notes: new Map(),
  audit: new Set(),
  acknowledged: new Set(['e1']),
  ...of,
});

const check = (
  account: Account,
  metadata: object | null,
  ending: Ending,
  records: readonly Record[] = [],
) => checkModel(worldWith(account, metadata), records, ending).map(({ what }) => what);

const recordOf = (of: Partial<Record>): Record => ({
  number: 7,
  what: 'note',
  target: 'connected_account:acc',
  why: 'stress 7',
  account: null,
  metadataKey: null,
  told: { status: 201, body: {} },
  ...of,
});

describe('the model', () => {
  test('has nothing to say where all is right', () => {
    expect(check(accountWith(), { id: 'u1' }, endingWith())).toEqual([]);
  });

  test.each([
    ['nobody', new Map(), 'nobody instead of u1'],
    ['another', new Map([['acc', 'u2']]), 'u2 instead of u1'],
  ])('sees a link to %s', (_name, links, said) => {
    expect(check(accountWith(), { id: 'u1' }, endingWith({ links }))[0]).toContain(said);
  });

  test('lets a link by hand stand', () => {
    const byHand = accountWith({ byHand: new Set(['u2']) });
    const links = new Map([['acc', 'u2']]);
    expect(check(byHand, { id: 'u1' }, endingWith({ links }))).toEqual([]);
  });

  test.each([['announced'], ['deleted_by_person']] as const)(
    'sees a link of what is gone (%s)',
    fate => {
      expect(check(accountWith({ fate }), null, endingWith())[0]).toContain('u1 instead of nobody');
    },
  );

  test('sees what was acknowledged and is lost, and what was stored otherwise', () => {
    const lost = endingWith({ stored: new Map() });
    expect(check(accountWith(), { id: 'u1' }, lost)[0]).toContain('is lost');
    const other = endingWith({ stored: new Map([['e1', 'wrong']]) });
    expect(check(accountWith(), { id: 'u1' }, other)[0]).toContain('another body');
    expect(check(accountWith({ isAged: true }), { id: 'u1' }, lost)).toEqual([]);
  });

  test('sees a note that is not there, or twice', () => {
    for (const times of [0, 2]) {
      const notes = new Map([['stress 7', times]]);
      const said = check(accountWith(), { id: 'u1' }, endingWith({ notes }), [recordOf({})]);
      expect(said[0]).toContain(`${times} times`);
    }
  });

  test('sees a dismissal that was told to be done and is not recorded', () => {
    const records = [recordOf({ what: 'dismiss', told: { status: 200, body: {} } })];
    expect(check(accountWith(), { id: 'u1' }, endingWith(), records)[0]).toContain('audit log');
    const audit = new Set([auditKey('dismiss', 'connected_account:acc', 'stress 7')]);
    expect(check(accountWith(), { id: 'u1' }, endingWith({ audit }), records)).toEqual([]);
    // Of the webview that led to the account which was named.
    const subject = 'connect_webview:web';
    const elsewhere = [recordOf({ what: 'dismiss', told: { status: 200, body: { subject } } })];
    expect(check(accountWith(), { id: 'u1' }, endingWith({ audit }), elsewhere)[0]).toContain(
      subject,
    );
  });

  test('sees an update at Seam that another one has written over', () => {
    const account = accountWith();
    const record = recordOf({
      what: 'update',
      target: null,
      account,
      metadataKey: 'k7',
      told: { status: 200, body: { seam: 'updated', overtaken: false } },
    });
    expect(check(account, { id: 'u1' }, endingWith(), [record])[0]).toContain('k7');
    expect(check(account, { id: 'u1', k7: 'set' }, endingWith(), [record])).toEqual([]);
    // Replaced as a whole since: the app's own doing.
    const replaced = accountWith({ replacedAt: 8 });
    const later = { ...record, account: replaced };
    expect(check(replaced, { id: 'u1' }, endingWith(), [later])).toEqual([]);
  });
});
