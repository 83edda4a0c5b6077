import type pg from 'pg';
import type { Client } from '../../db/client.ts';
import { idsOf } from '../../model/person.ts';
import type { Place, Row } from './place.ts';
import type { Scrubber } from './scrubber.ts';

/* Going through a table, a page a statement. */

/** Where a row is: its key, as text. */
export type Key = readonly string[];
export type Found = Readonly<{ key: Key; row: Row }>;
export type Page = Readonly<{ found: readonly Found[]; next: Key | null }>;

/** How a place is gone through: what is theirs by an index, or all of it for what names them. */
export type Way = 'own' | 'all';

const OWN_AT_A_TIME = 200;
/** So few that a page of the longest bodies there can be is read in time. */
const ALL_AT_A_TIME = 500;

const asText = ([sql, type]: Place['key'][number]): string =>
  type === 'bytea' ? `encode(${sql}, 'hex')` : `(${sql})::text`;
const asKey = ([, type]: Place['key'][number], text: string): string =>
  type === 'bytea' ? `decode(${text}, 'hex')` : `${text}::${type}`;

const keyList = ({ key }: Place): string => key.map(([sql]) => sql).join(', ');
const keyArray = ({ key }: Place): string => `array[${key.map(asText).join(', ')}]`;
const isAfter = (place: Place, parameter: string): string =>
  `(${parameter}::text[] is null or (${keyList(place)}) > (${place.key
    .map((own, at) => asKey(own, `(${parameter}::text[])[${at + 1}]`))
    .join(', ')}))`;
const columnList = ({ columns }: Place): string =>
  columns.map(name => `t.${name} as "${name}"`).join(', ');

/** Bytes are compared as bytes: one character of Latin 1 each. */
const AS_BYTES = (sql: string): string => `convert_from(${sql}, 'LATIN1')`;

/** All that a row says, in small letters. */
const wordsOf = ({ columns }: Place): string => {
  const texts = columns.map(name => (name === 'body' ? AS_BYTES('t.body') : `t.${name}::text`));
  return `lower(concat_ws(' ', ${texts.join(', ')}))`;
};

const needleOf = ({ columns }: Place): string =>
  columns.includes('body') ? AS_BYTES(`convert_to(given, 'UTF8')`) : 'given';

const readAll = (place: Place): string => {
  const own = place.key.map((_, at) => `_k${at}`).join(', ');
  return `
  with needles as materialized (
    select array_agg(distinct lower(${needleOf(place)})) as all from unnest($2::text[]) given
  ), page as materialized (
    select ${place.key.map(([sql], at) => `${sql} as _k${at}`).join(', ')},
           ${keyArray(place)} as _key, ${columnList(place)}, ${wordsOf(place)} as _words
      from reconciler.${place.table} t where ${isAfter(place, '$1')}
     order by ${keyList(place)} limit ${ALL_AT_A_TIME}
  ), numbered as (
    select page.*, row_number() over (order by ${own}) as _at, count(*) over () as _number,
           exists (select from unnest(needles.all) needle where strpos(_words, needle) > 0) as _hit
      from page cross join needles
  )
  -- The last one, too: the next page begins after it.
  select _key, _number, _hit, ${place.columns
    .map(name => `case when _hit then "${name}" end as "${name}"`)
    .join(', ')}
    from numbered where _hit or _at = _number order by _at`;
};

const readOwn = (place: Place): string => `
  with own as materialized (
    select ${keyArray(place)} as _key, ${columnList(place)}, row_number() over (order by ${keyList(place)}) as _at
      from reconciler.${place.table} t
     where ($1::text[], $2::text[], $3::text[], $4::text[]) is not null
       and ${place.own} and ${isAfter(place, '$5')}
     order by ${keyList(place)} limit ${OWN_AT_A_TIME + 1}
  )
  select *, true as _hit, (select count(*) from own) as _number from own order by _at limit ${OWN_AT_A_TIME}`;

type Raw = Row & { _key: string[]; _number: string; _hit: boolean };

const toFound = ({ columns }: Place, raw: Raw): Found => ({
  key: raw._key,
  row: Object.fromEntries(columns.map(name => [name, raw[name]])),
});

/**
 * The next rows of a place that may tell of somebody.
 *
 * @param after the last row of the page before; null: from the beginning
 */
export const readPage = async (
  client: pg.Pool | Client,
  place: Place,
  way: Way,
  who: Scrubber,
  after: Key | null,
): Promise<Page> => {
  if (way === 'own' && place.own === null) return { found: [], next: null };
  const { person, needles } = who;
  const ids = [...person.subjects, ...person.accountIds, ...person.webviewIds];
  const { rows } = await (way === 'own'
    ? client.query<Raw>(readOwn(place), [...ownValues(who), after])
    : client.query<Raw>(readAll(place), [
        after,
        place.isSearchedForIds ? [...needles, ...ids] : needles,
      ]));
  const last = rows.at(-1);
  const isMore = Number(last?._number ?? 0) >= (way === 'own' ? OWN_AT_A_TIME + 1 : ALL_AT_A_TIME);
  return {
    found: rows.filter(row => row._hit).map(row => toFound(place, row)),
    next: isMore ? (last?._key ?? null) : null,
  };
};

const ownValues = ({ person }: Scrubber): unknown[] => [
  person.subjects,
  person.accountIds,
  idsOf(person),
  person.webviewIds,
];

/**
 * Takes them out of these rows, as they stand under a lock. Within a transaction.
 *
 * @returns how many were changed
 */
export const scrubRows = async (
  client: Client,
  place: Place,
  way: Way,
  who: Scrubber,
  keys: readonly Key[],
): Promise<number> => {
  const isIt = (key: string): string =>
    place.key.map((own, at) => `${own[0]} = ${asKey(own, `(${key}->>${at})`)}`).join(' and ');
  // What only erasures change is locked for them alone, and as a whole.
  await place.writer?.lock(client);
  const lock = place.writer === undefined ? 'for no key update of t' : '';
  const { rows } = await client.query<Row & { _key: Key }>(
    `select asked.key as _key, ${columnList(place)}
       from jsonb_array_elements($1::jsonb) with ordinality asked(key, at)
       join reconciler.${place.table} t on ${isIt('asked.key')}
      order by asked.at ${lock}`,
    [JSON.stringify(keys)],
  );
  const changes = rows.flatMap(({ _key: key, ...row }) => {
    const now = place.scrub(row, who, way === 'own');
    return now === null ? [] : [{ key, row, now }];
  });
  // Sent one after the other, without waiting for each.
  await Promise.all(
    changes.map(({ key, row, now }) => {
      if (place.writer !== undefined) {
        return place.writer.write(client, key, { ...row, ...now }, who);
      }
      const names = Object.keys(now);
      const sets = [
        ...names.map((name, at) => `${name} = $${at + 2}`),
        ...(place.alongside === undefined ? [] : [place.alongside]),
      ];
      return client.query(
        `update reconciler.${place.table} t set ${sets.join(', ')} where ${isIt('$1::jsonb')}`,
        [JSON.stringify(key), ...names.map(name => toValue(place, name, now[name]))],
      );
    }),
  );
  return changes.length;
};

const toValue = ({ json = [] }: Place, name: string, value: unknown): unknown =>
  json.includes(name) && value !== null ? JSON.stringify(value) : value;
