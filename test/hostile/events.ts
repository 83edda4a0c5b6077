import { pick, type Random, wholeBetween } from '../chaos/random.ts';

/** In the payload of every request: may be neither logged nor answered. */
export const MARK = 'the-payload-of-a-hostile-sender';

const TYPES = [
  'connect_webview.login_succeeded',
  'connect_webview.login_failed',
  'connected_account.created',
  'connected_account.connected',
  'connected_account.successful_login',
  'connected_account.disconnected',
  'connected_account.reauthorization_requested',
  'connected_account.completed_first_sync',
  'connected_account.completed_first_sync_after_reconnection',
  'connected_account.deleted',
] as const;

export type Event = Record<string, unknown>;

const hex = (random: Random, digits: number): string =>
  Array.from({ length: digits }, () => wholeBetween(random, 0, 15).toString(16)).join('');
export const uuid = (random: Random): string =>
  [8, 4, 4, 4, 12].map(digits => hex(random, digits)).join('-');

/** An event as Seam sends it. Accounts are few, so that events meet on one subject. */
export const realEvent = (random: Random): Event => ({
  event_id: uuid(random),
  event_type: pick(random, TYPES),
  workspace_id: 'workspace_1',
  created_at: new Date().toISOString(),
  occurred_at: new Date().toISOString(),
  connected_account_id: `account_${wholeBetween(random, 1, 500)}`,
  connect_webview_id: `webview_${wholeBetween(random, 1, 500)}`,
  connected_account_custom_metadata: { id: 'user_1', note: MARK },
  note: MARK,
});

export const bytesOf = (event: unknown): Buffer => Buffer.from(JSON.stringify(event));

export const randomBytes = (random: Random, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => wholeBetween(random, 0, 255)));

export const flipBits = (random: Random, bytes: Buffer, most = 4): Buffer => {
  const flipped = Buffer.from(bytes);
  for (let n = wholeBetween(random, 1, most); n > 0 && flipped.length > 0; n -= 1) {
    const at = wholeBetween(random, 0, flipped.length - 1);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << wholeBetween(random, 0, 7));
  }
  return flipped.equals(bytes) ? Buffer.concat([bytes, Buffer.from(' ')]) : flipped;
};

export const cutOff = (random: Random, bytes: Buffer): Buffer =>
  bytes.subarray(0, wholeBetween(random, 0, Math.max(0, bytes.length - 1)));

/** Of every type, and of every sort that has broken a parser, a database or a date somewhere. */
const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  ...[0, -1, 0.1, 1e21, 2 ** 53, -(2 ** 63), Number.MAX_VALUE, Number.MIN_VALUE],
  ...['', ' ', '\u0000', 'a\u0000b', '\u001f', '\ufeff', '\u2028', '\u202e', '\uffff'],
  ...['\ud800', '\udfff\ud800', 'x\udc00', '😀'.repeat(128), '😀'.repeat(129)],
  ...['x'.repeat(256), 'x'.repeat(257), 'x'.repeat(20_000), '\u0800'.repeat(256)],
  ...['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'null', 'undefined', 'NaN'],
  ...["'; drop table reconciler.deliveries; --", '{"a","b"}', '\\', '"', '\\x00', 'NULL', '{}'],
  ...['../../etc/passwd', '%00', '%s%n', `\${7*7}`, '{{7*7}}', '<script>', '\r\n\r\nHTTP/1.1'],
  ...['0000-00-00', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '-000001-01-01T00:00:00Z'],
  ...['+275760-09-13T00:00:00Z', '-271821-04-20T00:00:00Z', '+294277-01-01T00:00:00Z'],
  ...['9999-12-31T23:59:59.999999999Z', '2026-02-30T00:00:00Z', '2026-01-01T00:00:00+99:99'],
  ...['infinity', '-infinity', 'now', 'epoch', 'Infinity', '4714-11-24 BC'],
  ...[[], {}, [[]], [null], [[['x']]], { length: 3 }, { toString: 'x', valueOf: 1 }, { '': '' }],
];

const NAMES_OF_PROTOTYPES = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf'];
const RAW_NUMBERS = ['1e400', '-1e400', '1E-400', '-0', '1234567890123456789012345678901', '1e-7'];

const swapSome = (random: Random, event: Event): Event => {
  const swapped = { ...event };
  for (let n = wholeBetween(random, 1, 3); n > 0; n -= 1) {
    swapped[pick(random, Object.keys(event))] = pick(random, ODD_VALUES);
  }
  return swapped;
};

const swapAll = (random: Random, event: Event): Event =>
  Object.fromEntries(
    Object.keys(event).map(name => [
      name,
      name === 'event_type' ? event[name] : pick(random, ODD_VALUES),
    ]),
  );

const without = (random: Random, event: Event): Event => {
  const gone = pick(random, Object.keys(event));
  return Object.fromEntries(Object.entries(event).filter(([name]) => name !== gone));
};

/** JSON with more in it than JSON.stringify would write. */
const withText = (event: Event, text: string): Buffer =>
  Buffer.from(`${JSON.stringify(event).slice(0, -1)},${text}}`);

const polluting = (random: Random): Buffer => {
  const event = realEvent(random);
  const { event_id: eventId, ...anonymous } = event;
  const inner = JSON.stringify(pick(random, [event, anonymous, { status: 500 }, []]));
  const names = NAMES_OF_PROTOTYPES.map(name => `"${name}":${inner}`).join(',');
  return withText(pick(random, [event, anonymous, { event_type: event.event_type }]), names);
};

const nested = (random: Random): Buffer => {
  const depth = pick(random, [10, 1_000, 5_000, 20_000, 50_000]);
  const [open, close] = pick(random, [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const);
  const isObject = open !== '[';
  const deep = open.repeat(depth) + (isObject ? '1' : '') + close.repeat(depth);
  const name = pick(random, [
    'deep',
    'event_id',
    'connected_account_id',
    'occurred_at',
    'event_type',
  ]);
  return withText(realEvent(random), `"${name}":${deep.slice(0, 240_000)}`);
};

const giant = (random: Random): Buffer => {
  const length = pick(random, [1_000, 10_000, 60_000, 250_000]);
  const name = pick(random, [
    'pad',
    'event_id',
    'connected_account_id',
    'event_type',
    'occurred_at',
  ]);
  return bytesOf({ ...realEvent(random), [name]: pick(random, ['x', '0', ' ']).repeat(length) });
};

const rubbish = (random: Random): Buffer => {
  const good = bytesOf(realEvent(random));
  return pick<() => Buffer>(random, [
    () => Buffer.alloc(0),
    () => randomBytes(random, wholeBetween(random, 1, 300)),
    () => cutOff(random, good),
    () => flipBits(random, good),
    () => Buffer.concat([good, good]),
    () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), good]),
    () => Buffer.from(good.toString(), 'utf16le'),
    () => Buffer.concat([good, Buffer.alloc(5)]),
    () => Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc3, 0x28, 0x22, 0x7d]),
    () => Buffer.from(pick(random, ['null', '5', '"x"', '[]', '{}', 'NaN', '{"event_type":{}}'])),
    () => Buffer.from(`[${good}]`),
    () => Buffer.from('{"a":1,'.repeat(2_000)),
    () => Buffer.from('['.repeat(50_000)),
  ])();
};

/** Bodies that the true owner of the secret could sign, from nearly right to rubbish. */
export const BODIES = {
  'some fields swapped': random => bytesOf(swapSome(random, realEvent(random))),
  'all fields swapped': random => bytesOf(swapAll(random, realEvent(random))),
  'a field gone': random => bytesOf(without(random, realEvent(random))),
  'another event type': random =>
    bytesOf({
      ...realEvent(random),
      event_type: pick(random, ['device.connected', 'x', ...NAMES_OF_PROTOTYPES]),
    }),
  'a field twice': random =>
    withText(
      realEvent(random),
      `"event_id":"${uuid(random)}","event_type":"${pick(random, TYPES)}"`,
    ),
  'a number beyond all': random => {
    const name = pick(random, ['n', 'event_id', 'occurred_at', 'connected_account_id']);
    return withText(realEvent(random), `"${name}":${pick(random, RAW_NUMBERS)}`);
  },
  'escapes in names': random =>
    withText(realEvent(random), `"\\u0000\\ud800":"${MARK}","event\\u005fid":"${uuid(random)}"`),
  'names of prototypes': polluting,
  'deep nesting': nested,
  'a giant string': giant,
  rubbish,
} as const satisfies Record<string, (random: Random) => Buffer>;
