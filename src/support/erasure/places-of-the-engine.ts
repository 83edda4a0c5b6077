import { codesOf, errorCodesOf } from '../../reconcile/erased.ts';
import { UNKNOWN_CLAIM } from '../../reconcile/facts.ts';
import { namedInClaim } from '../../reconcile/identity.ts';
import { changed, type Place, type Row, written } from './place.ts';
import type { Scrubber } from './scrubber.ts';

/* What the engine keeps that can tell of a user of the app, and what becomes of it. Pure. */

const KEPT_OF_EVENTS = [
  'event_id',
  'event_type',
  'workspace_id',
  'connect_webview_id',
  'connected_account_id',
  'created_at',
  'occurred_at',
];

/** Of an event, what it is about, when it occurred, and the codes of what was wrong. */
const skeletonOf = (event: unknown): Row => {
  if (typeof event !== 'object' || event === null) return {};
  return Object.fromEntries(
    Object.entries(event).flatMap(([name, value]): [string, unknown][] => {
      if (KEPT_OF_EVENTS.includes(name) && typeof value === 'string') return [[name, value]];
      const codes = Array.isArray(value) ? codesOf(value) : [];
      return codes.length === 0 ? [] : [[name, codes]];
    }),
  );
};

/** What a stored body says; nothing where it isn't JSON. */
export const parsed = (body: unknown): unknown => {
  try {
    return JSON.parse(String(body));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return {};
  }
};

/** Whether what Seam said where a link was made, or ended, against it names them. */
const namesThem = (claim: unknown, who: Scrubber): boolean =>
  typeof claim === 'string' && namedInClaim(claim).some(who.isUser);

/** A body that was signed. One that tells of somebody else stays theirs, but for what names this person in it. */
const signedBody = (body: unknown, who: Scrubber, isOwn: boolean): Buffer | null => {
  if (!Buffer.isBuffer(body)) return null;
  const event = parsed(body);
  const claim = who.claimIn(event);
  const isTheirs = claim === null ? isOwn : who.isUser(claim);
  const left = isTheirs ? skeletonOf(event) : who.json(event);
  const isSame = JSON.stringify(left) === JSON.stringify(event);
  return isSame ? null : Buffer.from(JSON.stringify(left));
};

/** The message's id and time; what was signed is not there any more. */
const unsigned = (signature: unknown): Row =>
  Object.fromEntries(
    Object.entries((signature ?? {}) as Row).filter(([name]) => !name.endsWith('-signature')),
  );

const scrubSigned: Place['scrub'] = (row, who, isOwn) => {
  const body = signedBody(row.body, who, isOwn);
  return body === null ? null : { body, signature: unsigned(row.signature) };
};

export const PLACES_OF_THE_ENGINE: readonly Place[] = [
  {
    table: 'deliveries',
    key: [['t.event_id', 'text']],
    columns: ['body', 'signature'],
    json: ['signature'],
    own: 't.subject = any($1::text[])',
    alongside: 'erased_at = now()',
    scrub: scrubSigned,
  },
  {
    table: 'conflicting_deliveries',
    key: [
      ['t.event_id', 'text'],
      ['t.body_hash', 'bytea'],
    ],
    columns: ['body', 'signature'],
    json: ['signature'],
    own: 't.event_id in (select d.event_id from reconciler.deliveries d where d.subject = any($1::text[]))',
    // A hash of what was there would tell whoever guesses it.
    alongside: "body_hash = sha256(convert_to(gen_random_uuid()::text, 'UTF8'))",
    scrub: scrubSigned,
  },
  {
    table: 'uncounted',
    key: [
      ['t.subject', 'text'],
      ['t.id', 'bigint'],
    ],
    columns: ['body', 'signature'],
    json: ['signature'],
    own: 't.subject = any($1::text[])',
    // It is counted all the same.
    scrub: (row, who, isOwn) =>
      signedBody(row.body, who, isOwn) === null ? null : { body: null, signature: null },
  },
  {
    table: 'connected_accounts',
    key: [['t.connected_account_id', 'text']],
    columns: [
      'user_identifier',
      'custom_metadata',
      'display_name',
      'image_url',
      'time_zone',
      'customer_key',
      'errors',
      'warnings',
    ],
    json: ['user_identifier', 'custom_metadata', 'errors', 'warnings'],
    own: 't.connected_account_id = any($2::text[])',
    scrub: (row, who, isOwn) =>
      changed(
        row,
        isOwn
          ? {
              user_identifier: {},
              custom_metadata: {},
              display_name: null,
              image_url: null,
              time_zone: null,
              customer_key: null,
              errors: errorCodesOf(row.errors as unknown[]),
              warnings: codesOf(row.warnings as unknown[]),
            }
          : Object.fromEntries(Object.entries(row).map(([name, own]) => [name, who.json(own)])),
      ),
  },
  {
    table: 'connect_webviews',
    key: [['t.connect_webview_id', 'text']],
    columns: ['custom_metadata', 'customer_key', 'failure_description'],
    json: ['custom_metadata'],
    own: 't.connect_webview_id = any($4::text[])',
    scrub: (row, who, isOwn) => {
      const claim = who.claimIn(row);
      const isTheirs = isOwn && (claim === null || who.isUser(claim));
      return changed(row, {
        custom_metadata: isTheirs ? {} : who.json(row.custom_metadata),
        customer_key: isTheirs ? null : who.json(row.customer_key, 'customer_key'),
        failure_description: isTheirs ? null : who.json(row.failure_description),
      });
    },
  },
  {
    table: 'expected_webviews',
    key: [['t.connect_webview_id', 'text']],
    columns: ['user_id'],
    own: 't.user_id = any($3::text[])',
    scrub: (row, who) => changed(row, { user_id: who.userId(row.user_id) }),
  },
  {
    table: 'links',
    key: [['t.id', 'bigint']],
    columns: ['user_id', 'overrides_claim', 'unlinked_claim'],
    own: 't.user_id = any($3::text[])',
    scrub: (row, who) =>
      changed(row, {
        user_id: who.userId(row.user_id),
        overrides_claim: namesThem(row.overrides_claim, who) ? null : row.overrides_claim,
        unlinked_claim: namesThem(row.unlinked_claim, who) ? UNKNOWN_CLAIM : row.unlinked_claim,
      }),
  },
  {
    table: 'reconciliations',
    key: [['t.subject', 'text']],
    columns: ['claimed_user_id', 'dismissed_why'],
    own: '(t.subject = any($1::text[]) or t.claimed_user_id = any($3::text[]))',
    scrub: (row, who, isOwn) =>
      changed(row, {
        claimed_user_id: who.userId(row.claimed_user_id),
        dismissed_why: written(row.dismissed_why, who, isOwn),
      }),
  },
  {
    table: 'runs',
    key: [['t.id', 'bigint']],
    columns: ['detail'],
    own: 't.subject = any($1::text[])',
    scrub: (row, who, isOwn) => changed(row, { detail: written(row.detail, who, isOwn) }),
  },
];

/** It goes as a whole: whom a key stood for is nobody's business any more. */
export const USER_KEYS: Place = {
  table: 'user_keys',
  key: [['t.key', 'text']],
  columns: ['key', 'user_id'],
  own: 't.user_id = any($3::text[])',
  writer: {
    lock: async () => undefined,
    write: (client, [key]) =>
      client.query('delete from reconciler.user_keys where key = $1', [key]),
  },
  scrub: (row, who) => (who.isUser(row.user_id) ? { user_id: who.pseudonym } : null),
};
