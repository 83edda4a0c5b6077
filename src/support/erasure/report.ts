import { type Actor, insistOn } from '../../access/actor.ts';
import { jsonFor } from '../../access/mask.ts';
import { recordAlone } from '../../audit-log/record.ts';
import type { Desk } from '../desk.ts';
import { checkUserId } from './erase.ts';
import { identify } from './identify.ts';
import { type Found, type Key, readPage, type Way } from './pages.ts';
import type { Place } from './place.ts';
import { PLACES } from './places.ts';
import { createScrubber, type Scrubber } from './scrubber.ts';
import { profileOf, type Sources, spellingsOf, userMeantBy } from './spellings.ts';

/** All that is stored about a user, by the table that has it. */
export type PersonalData = Readonly<{
  /** As the app's own table spells it, where that has the user. */
  user_id: string;
  /** As the app's own table has them; nothing of that is ours. */
  user: Readonly<{ name: string | null; email: string | null }> | null;
  accounts: readonly string[];
  tables: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  /** False: of some table there is more than is told. */
  complete: boolean;
}>;

/** Of each table. */
const MOST_ROWS = 5_000;

/**
 * Tells what `erasePerson` would erase, and changes nothing but the audit log: who asked is written down before anything of ours is read.
 *
 * @param signal ends it after the page that is under way: what it has by then isn't complete
 * @throws SupportError `invalid` (`user_id`), `not_allowed`, `refused`
 */
export const personalDataOf = async (
  sources: Sources,
  actor: Actor,
  typed: string,
  signal?: AbortSignal,
): Promise<PersonalData> => {
  insistOn(actor, 'export_person');
  const given = checkUserId(typed);
  const { pool, config } = sources;
  const userId = await userMeantBy(sources, given);
  // To read it again is no repetition.
  const reader = { ...actor, idempotencyKey: null };
  await recordAlone(pool, reader, { action: 'export_person', target: `user:${userId}` });
  const profile = await profileOf(sources, actor, userId);
  const ids = await spellingsOf(sources, userId, given);
  const person = await identify(pool, ids, profile);
  const who = createScrubber(person, 'erased', config.identity);
  const tables: Record<string, Record<string, unknown>[]> = {};
  let complete = true;
  for (const place of PLACES) {
    const found = await readPlace(pool, place, who, signal);
    if (found.size > MOST_ROWS || signal?.aborted === true) complete = false;
    const rows = [...found.values()].slice(0, MOST_ROWS).map(each => toTold(place, each));
    if (rows.length > 0) tables[place.table] = rows;
  }
  const user = profile === null ? null : { name: profile.name, email: profile.email };
  const told = { user_id: userId, user, accounts: person.accountIds, tables, complete };
  return jsonFor(actor, told);
};

const readPlace = async (
  pool: Desk['pool'],
  place: Place,
  who: Scrubber,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Found>> => {
  const all = new Map<string, Found>();
  for (const way of ['own', 'all'] as const satisfies Way[]) {
    let after: Key | null = null;
    do {
      const page = await readPage(pool, place, way, who, after);
      const telling = page.found.filter(({ row }) => place.scrub(row, who, way === 'own') !== null);
      for (const each of telling) all.set(each.key.join('\u001f'), each);
      after = page.next;
    } while (after !== null && all.size <= MOST_ROWS && signal?.aborted !== true);
  }
  return all;
};

/** Keys are the names of their columns, and bytes that were signed what they say. */
const toTold = (place: Place, { key, row }: Found): Record<string, unknown> => ({
  ...Object.fromEntries(
    place.key.map(([sql], at) => [/\.(\w+)/.exec(sql)?.[1] ?? `key_${at}`, key[at]]),
  ),
  ...Object.fromEntries(
    Object.entries(row).map(([name, own]) => [name, Buffer.isBuffer(own) ? jsonIn(own) : own]),
  ),
});

const jsonIn = (bytes: Buffer): unknown => {
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return text;
  }
};
