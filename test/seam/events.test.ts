import { describe, expect, test } from 'vitest';
import { parseSubject, subjectOf } from '../../src/model/subject.ts';
import { type Reading, readEvent, type SeamEvent } from '../../src/seam/events.ts';

const FULL = {
  event_id: 'event_1',
  event_type: 'connected_account.connected',
  connect_webview_id: 'webview_1',
  connected_account_id: 'account_1',
  workspace_id: 'workspace_1',
  occurred_at: '2026-11-22T10:00:00.000Z',
  created_at: '2026-11-22T10:00:01.000Z',
};

const read = (body: string): Reading => readEvent(Buffer.from(body), 'msg_1');

/** @throws Error when what is read is not an event */
const eventOf = (fields: Record<string, unknown>): SeamEvent => {
  const reading = read(JSON.stringify(fields));
  if (reading.kind !== 'event') throw new Error(`read as ${reading.kind}`);
  return reading.event;
};

const WEBVIEW = 'connect_webview:webview_1';
const ACCOUNT = 'connected_account:account_1';
const DELIVERY = 'delivery:event_1';

describe('what an event tells us to look at', () => {
  test.each([
    ['connect_webview.login_succeeded', WEBVIEW, WEBVIEW, DELIVERY],
    ['connect_webview.login_failed', WEBVIEW, WEBVIEW, DELIVERY],
    ['connected_account.created', WEBVIEW, WEBVIEW, ACCOUNT],
    ['connected_account.connected', WEBVIEW, WEBVIEW, ACCOUNT],
    ['connected_account.successful_login', WEBVIEW, WEBVIEW, ACCOUNT],
    ['connected_account.disconnected', ACCOUNT, DELIVERY, ACCOUNT],
    ['connected_account.reauthorization_requested', ACCOUNT, DELIVERY, ACCOUNT],
    ['connected_account.completed_first_sync', ACCOUNT, DELIVERY, ACCOUNT],
    ['connected_account.completed_first_sync_after_reconnection', ACCOUNT, DELIVERY, ACCOUNT],
    ['connected_account.deleted', ACCOUNT, DELIVERY, ACCOUNT],
  ])('%s', (event_type, withBoth, withWebviewOnly, withAccountOnly) => {
    const { connect_webview_id, connected_account_id, ...neither } = { ...FULL, event_type };
    expect(eventOf({ ...neither, connect_webview_id, connected_account_id }).subject).toBe(
      withBoth,
    );
    expect(eventOf({ ...neither, connect_webview_id }).subject).toBe(withWebviewOnly);
    expect(eventOf({ ...neither, connected_account_id }).subject).toBe(withAccountOnly);
    expect(eventOf(neither).subject).toBe(DELIVERY);
  });

  test.each([
    'device.connected',
    'connect_webview.login_succeeded.v2',
    'Connect_Webview.login_succeeded',
    'constructor',
    '__proto__',
  ])('nothing, for the event type %s', event_type => {
    const reading = read(JSON.stringify({ ...FULL, event_type }));
    expect(reading).toEqual({ kind: 'not_of_interest', eventType: event_type });
  });

  test('all that the event says is kept, and what Seam may add does no harm', () => {
    const added = { connected_account_custom_metadata: { id: 'ada' }, brand_new: [{ deep: 1 }] };
    expect(eventOf({ ...FULL, ...added })).toEqual({
      eventId: 'event_1',
      eventType: 'connected_account.connected',
      subject: WEBVIEW,
      connectWebviewId: 'webview_1',
      connectedAccountId: 'account_1',
      workspaceId: 'workspace_1',
      occurredAt: new Date('2026-11-22T10:00:00.000Z'),
    });
  });
});

describe('a body that is no event is told from one that is', () => {
  test.each([
    ['nothing', ''],
    ['a cut-off body', JSON.stringify(FULL).slice(0, -1)],
    ['a form', 'event_type=connected_account.created'],
    ['two events', `${JSON.stringify(FULL)}\n${JSON.stringify(FULL)}`],
    ['brackets without an end', '['.repeat(100_000)],
  ])('%s is not JSON', (_name, body) => {
    expect(read(body)).toEqual({ kind: 'not_json' });
  });

  test.each([
    ['an array', [FULL]],
    ['a text', 'connected_account.created'],
    ['a number', 42],
    ['null', null],
    ['true', true],
    ['an object without an event_type', { event_id: 'event_1' }],
    ['an empty event_type', { ...FULL, event_type: '' }],
    ['an event_type that is no text', { ...FULL, event_type: 7 }],
    ['an event inside something else', { data: FULL }],
  ])('%s is JSON, but no event', (_name, json) => {
    expect(read(JSON.stringify(json))).toEqual({
      kind: 'not_an_event',
      why: 'it has no event_type',
    });
  });
});

const ODD_IDS: [name: string, id: unknown][] = [
  ['absent', undefined],
  ['null', null],
  ['a number', 42],
  ['an object', { id: 'webview_1' }],
  ['empty', ''],
  ['blank', '  '],
  ['holding a NUL, which Postgres refuses', 'webview\u0000_1'],
  ['holding a line break', 'webview\n_1'],
  ['holding an escape', 'webview\u001b[31m'],
  ['300 characters long', 'x'.repeat(300)],
  ['half a character (high)', 'webview_\ud83d'],
  ['half a character (low)', '\ude00webview'],
];

describe('an event with an odd id is kept where a person can see it', () => {
  test.each(ODD_IDS)('its webview id is %s', (_name, connect_webview_id) => {
    const event = eventOf({
      ...FULL,
      event_type: 'connect_webview.login_succeeded',
      connect_webview_id,
    });
    expect(event).toMatchObject({ subject: DELIVERY, connectWebviewId: null });
  });

  test.each(ODD_IDS)('its account id is %s', (_name, connected_account_id) => {
    const event = eventOf({
      ...FULL,
      event_type: 'connected_account.deleted',
      connected_account_id,
    });
    expect(event).toMatchObject({ subject: DELIVERY, connectedAccountId: null });
  });

  test.each(ODD_IDS)('its event id is %s: the message’s stands in', (_name, event_id) => {
    expect(eventOf({ ...FULL, event_id })).toMatchObject({
      eventId: 'svix:msg_1',
      subject: WEBVIEW,
    });
    const { connect_webview_id: _, connected_account_id: __, ...namesNothing } = FULL;
    expect(eventOf({ ...namesNothing, event_id }).subject).toBe('delivery:svix:msg_1');
  });

  test.each(ODD_IDS)('its workspace id is %s', (_name, workspace_id) => {
    expect(eventOf({ ...FULL, workspace_id }).workspaceId).toBeNull();
  });

  test.each([
    ['of no UUID form', 'cw_7'],
    ['with colons', 'urn:seam:7'],
    ['in any script', 'ключ-😀'],
    ['of 256 characters', 'x'.repeat(256)],
  ])('but an id %s is as good as any', (_name, connect_webview_id) => {
    expect(eventOf({ ...FULL, connect_webview_id }).subject).toBe(
      `connect_webview:${connect_webview_id}`,
    );
  });
});

describe('when it happened', () => {
  test.each([
    ['a date that is none', '31st of never'],
    ['a number', 1_700_000_000],
    ['null', null],
    ['empty', ''],
    ['an impossible day', '2026-13-45T00:00:00Z'],
  ])('%s falls back to when Seam made the event, else is unknown', (_name, occurred_at) => {
    const created = new Date(FULL.created_at);
    expect(eventOf({ ...FULL, occurred_at }).occurredAt).toEqual(created);
    expect(eventOf({ ...FULL, occurred_at, created_at: occurred_at }).occurredAt).toBeNull();
  });
});

describe('a subject', () => {
  test.each([
    ['connect_webview', 'webview_1'],
    ['connect_webview', 'urn:seam:7'],
    ['connected_account', ':'],
    ['connected_account', 'connect_webview:webview_1'],
    ['delivery', 'svix:msg_1'],
  ] as const)('of %s:%s is read back as it was written', (kind, id) => {
    expect(parseSubject(subjectOf(kind, id))).toEqual({ kind, id });
  });

  test.each([
    '',
    'connect_webview',
    'webview:1',
    'Connect_Webview:1',
    ' connect_webview:1',
    'constructor:1',
    ':1',
  ])('is refused when it is rubbish: "%s"', text => {
    expect(() => parseSubject(text)).toThrow(TypeError);
  });
});
