import fc from 'fast-check';
import {
  anyBytes,
  anyJson,
  bytesOf,
  cutOff,
  eventType,
  flipBits,
  MARK,
  nameOfPrototypes,
  oddEvent,
  realEvent,
  uuid,
} from '../fixtures/arbitraries.ts';

type Event = Readonly<Record<string, unknown>>;

/** JSON with more in it than JSON.stringify would write. */
const withText = (event: Event, text: string): Buffer =>
  Buffer.from(`${JSON.stringify(event).slice(0, -1)},${text}}`);

/** Real events with a text of JSON put in at their end. */
const eventsWith = (texts: fc.Arbitrary<string>): fc.Arbitrary<Buffer> =>
  fc.tuple(realEvent, texts).map(([event, text]) => withText(event, text));

/** Fields that the event has or hasn't, which make a difference where they come last. */
const field = fc.constantFrom(
  'more',
  'event_id',
  'event_type',
  'connected_account_id',
  'occurred_at',
);

/** Events without an id (or without anything) whose prototypes would have one, were they taken over. */
const polluting = fc
  .tuple(realEvent, nameOfPrototypes, fc.nat({ max: 2 }))
  .map(([event, name, kept]) => {
    const { event_id: _, ...anonymous } = event;
    const { event_type } = event;
    const host = [event, anonymous, { event_type }][kept] ?? event;
    return withText(host, `"${name}":${JSON.stringify(event)}`);
  });

/** Deeper than fast-check goes. */
const nested = fc
  .record({
    depth: fc.constantFrom(10, 1_000, 5_000, 20_000, 50_000, 120_000),
    brackets: fc.constantFrom(['[', ']'] as const, ['{"a":', '}'] as const),
  })
  .map(({ depth, brackets: [open, close] }) => {
    const deep = open.repeat(depth) + (open === '[' ? '' : '1') + close.repeat(depth);
    return deep.slice(0, 240_000);
  });

const giant = fc
  .tuple(fc.constantFrom('x', '0', ' '), fc.constantFrom(1_000, 10_000, 60_000, 250_000))
  .map(([char, length]) => `"${char.repeat(length)}"`);

const asField = (values: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(field, values).map(([name, value]) => `"${name}":${value}`);

const changed = fc
  .tuple(realEvent, fc.oneof(flipBits(4), cutOff))
  .map(([event, change]) => change(bytesOf(event)));

/** Encoded as JSON never is. */
const encoded = fc
  .tuple(
    realEvent,
    fc.constantFrom<(good: Buffer) => Buffer>(
      good => Buffer.concat([good, good]),
      good => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), good]),
      good => Buffer.from(good.toString(), 'utf16le'),
      good => Buffer.concat([good, Buffer.alloc(5)]),
      good => Buffer.from(`[${good}]`),
      () => Buffer.from('{"a":1,'.repeat(2_000)),
    ),
  )
  .map(([event, encode]) => encode(bytesOf(event)));

/** Bodies that the true owner of the secret could sign, from nearly right to rubbish. */
export const BODIES: Readonly<Record<string, fc.Arbitrary<Buffer>>> = {
  'fields of any value': oddEvent.map(bytesOf),
  'any JSON': anyJson.map(bytesOf),
  'any bytes': anyBytes(300),
  'a changed event': changed,
  'another encoding': encoded,
  'a field twice': eventsWith(
    fc.tuple(uuid, eventType).map(([id, type]) => `"event_id":"${id}","event_type":"${type}"`),
  ),
  'a number beyond all': eventsWith(
    asField(fc.constantFrom('1e400', '-1e400', '1E-400', '-0', '1234567890123456789012345678901')),
  ),
  'escapes in names': eventsWith(
    uuid.map(id => `"\\u0000\\ud800":"${MARK}","event\\u005fid":"${id}"`),
  ),
  'names of prototypes': polluting,
  'deep nesting': eventsWith(asField(nested)),
  'a giant string': eventsWith(asField(giant)),
};
