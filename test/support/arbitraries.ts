import fc from 'fast-check';

/** Any 16 bits, with halves of surrogate pairs and NULs among them far more often than by chance. */
const codeUnit = fc.oneof(
  fc.nat({ max: 0xffff }).map(unit => String.fromCharCode(unit)),
  fc.constantFrom('\0', '\ud83d', '\ude00', '\u001f', '\u0085'),
);

/** From plain words to what no text in Postgres can hold. */
export const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: codeUnit }),
);

export const anyJson = fc.oneof(fc.jsonValue(), fc.jsonValue({ stringUnit: codeUnit }));

export const nameOfPrototypes = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
);
const anyName = fc.oneof({ weight: 9, arbitrary: anyText }, nameOfPrototypes);
export const anyJsonObject = fc.dictionary(anyName, anyJson, { maxKeys: 8 });

const anyDate = fc.date({ noInvalidDate: true }).map(date => date.toISOString());

/** Of a year that ISO 8601 writes with four digits, anywhere in the world. */
export const anyInstant = fc
  .tuple(
    fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    }),
    fc.constantFrom('Z', '', '+14:00', '-12:00', '+23:59', '-23:59'),
  )
  .map(([date, zone]) => date.toISOString().replace('Z', zone));

/** What fast-check can't know to be special: to Postgres, to our limits, to whoever puts texts into texts. */
const SPECIAL = [
  ...['infinity', '-infinity', 'now', 'epoch', '0000-01-01T00:00:00Z', '4714-11-24 BC'],
  ...['2026-01-01T00:00:00.999999999Z', '2026-02-30T00:00:00Z', '2026-01-01T00:00:00+99:99'],
  ...["'; drop table reconciler.deliveries; --", '{"a","b"}', '\\x00', 'NULL', `\${7*7}`, '%s%n'],
  ...['\r\n\r\nHTTP/1.1', '<script>', '../../etc/passwd', '\ufeff', '\u2028', '\u202e'],
  ...['😀'.repeat(128), '😀'.repeat(129), '\u0800'.repeat(256), 'x'.repeat(257)],
];

export const oddValue = fc.oneof(
  anyJson,
  anyText,
  anyDate,
  anyInstant,
  fc.constantFrom(...SPECIAL),
  fc.string({ minLength: 240, maxLength: 270, unit: 'binary' }),
);

export const eventType = fc.constantFrom(
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
);

/** Without fast-check's liking for extremes: every one is another. */
export const uuid = fc.noBias(fc.uuid());

/** In the payload of every event: may be neither logged nor answered. */
export const MARK = 'the-payload-of-a-hostile-sender';

const instant = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
  .map(date => date.toISOString());
const FIELDS = {
  event_id: uuid,
  event_type: eventType,
  workspace_id: fc.constant('workspace_1'),
  created_at: instant,
  occurred_at: instant,
  connected_account_id: fc.integer({ min: 1, max: 500 }).map(n => `account_${n}`),
  connect_webview_id: fc.integer({ min: 1, max: 500 }).map(n => `webview_${n}`),
  connected_account_custom_metadata: fc.constant({ id: 'user_1', note: MARK }),
  note: fc.constant(MARK),
};

/** An event as Seam sends it. Accounts are few, so that events meet on one subject. */
export const realEvent = fc.record(FIELDS);

const rarely = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 3, arbitrary: usual }, { weight: 1, arbitrary: oddValue });

/** With any of its fields of any value, or absent, and with others beside them. */
export const oddEvent = fc
  .tuple(
    anyJsonObject,
    fc.record(
      {
        event_id: rarely(FIELDS.event_id),
        event_type: fc.oneof({ weight: 20, arbitrary: eventType }, oddValue),
        workspace_id: rarely(FIELDS.workspace_id),
        created_at: rarely(FIELDS.created_at),
        occurred_at: rarely(FIELDS.occurred_at),
        connected_account_id: rarely(FIELDS.connected_account_id),
        connect_webview_id: rarely(FIELDS.connect_webview_id),
        connected_account_custom_metadata: oddValue,
        note: FIELDS.note,
      },
      { requiredKeys: ['event_type', 'note'] },
    ),
  )
  .map(([others, event]): Record<string, unknown> => ({ ...others, ...event }));

export const bytesOf = (json: unknown): Buffer => Buffer.from(JSON.stringify(json));

export const anyBytes = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength, size: 'max' }).map(bytes => Buffer.from(bytes));

type Change = (bytes: Buffer) => Buffer;

/** Turns over up to so many bits; never leaves the bytes as they were. */
export const flipBits = (most: number): fc.Arbitrary<Change> =>
  fc
    .array(fc.record({ at: fc.nat(), bit: fc.nat({ max: 7 }) }), { minLength: 1, maxLength: most })
    .map(flips => bytes => {
      const flipped = Buffer.from(bytes);
      for (const { at, bit } of flipped.length === 0 ? [] : flips) {
        const index = at % flipped.length;
        flipped.writeUInt8(flipped.readUInt8(index) ^ (1 << bit), index);
      }
      return flipped.equals(bytes) ? Buffer.concat([bytes, Buffer.from(' ')]) : flipped;
    });

export const cutOff: fc.Arbitrary<Change> = fc
  .nat()
  .map(at => bytes => bytes.subarray(0, at % Math.max(1, bytes.length)));
