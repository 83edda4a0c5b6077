import type { Actor } from '../../access/actor.ts';
import { idsOf, type Person } from '../../model/person.ts';
import { otherForms } from '../../users/id-type.ts';
import type { Profile } from '../../users/profiles.ts';
import type { Desk } from '../desk.ts';
import { identifyConnections } from './identify.ts';
import { type Key, readPage } from './pages.ts';
import { PLACES_OF_THE_ENGINE, parsed } from './places-of-the-engine.ts';
import { createScrubber, metadataKeysOf } from './scrubber.ts';

/*
 * Their table may hold `ada` where metadata say `ADA`, and one uuid may be written in many ways. Links have the table's
 * spelling, metadata and stored bodies their own.
 */

export type Sources = Pick<Desk, 'pool' | 'users' | 'profiles'> &
  Readonly<{ config: Pick<Desk['config'], 'identity'> }>;

type Ids = Pick<Person, 'userId' | 'otherSpellings'>;

/** Whom an id means: as the app's table spells it; where that doesn't have the user (any more), as it was given. */
export const userMeantBy = async ({ users }: Sources, given: string): Promise<string> => {
  const found = await users.find(given);
  return found.kind === 'found' ? found.userId : given;
};

export const profileOf = async (
  { profiles }: Sources,
  actor: Actor,
  userId: string,
): Promise<Profile | null> => (await profiles.ofIds(actor, [userId])).get(userId) ?? null;

/** Whom the rows name that are near these accounts and webviews. All by indexes. */
const NAMED = `
  with own as (
    select connected_account_id as account, connect_webview_id as webview, claimed_user_id as id
      from reconciler.reconciliations where subject = any($1) or claimed_user_id = any($3)
  ), account as (
    select unnest($2::text[]) as id union select account from own union
    select connected_account_id from reconciler.links where user_id = any($3)
  ), webview as (
    select connect_webview_id as id from reconciler.connect_webviews
     where connected_account_id = any(array(select id from account))
     union select webview from own
     union select connect_webview_id from reconciler.expected_webviews where user_id = any($3)
  ), named as (
    select id from own
     union
    select r.claimed_user_id from reconciler.reconciliations r
     where r.connected_account_id = any(array(select id from account))
     union
    select given.id from reconciler.links l
     cross join lateral (
       select l.user_id as id union all select substring(said.claim from '^named:(.*)$')
         from (values (l.overrides_claim), (l.unlinked_claim)) as kept(claim)
        cross join lateral jsonb_array_elements_text(case when starts_with(kept.claim, 'all:')
                then substring(kept.claim from 5)::jsonb
                else jsonb_build_array(kept.claim) end) as said(claim)) given
     where l.connected_account_id = any(array(select id from account))
     union
    select e.user_id from reconciler.expected_webviews e
     where e.connect_webview_id = any(array(select id from webview))
     union
    select said.id from reconciler.connected_accounts a
     cross join lateral (select a.customer_key as id union all
                         select a.custom_metadata->>key from unnest($4::text[]) as key) said
     where a.connected_account_id = any(array(select id from account))
     union
    select said.id from reconciler.connect_webviews w
     cross join lateral (select w.customer_key as id union all
                         select w.custom_metadata->>key from unnest($4::text[]) as key) said
     where w.connect_webview_id = any(array(select id from webview))
  )
  select id from named where id is not null and id <> all ($3)`;

const WITH_BODIES = PLACES_OF_THE_ENGINE.filter(({ columns }) => columns.includes('body'));

/** Whom the bodies name that came of what is theirs. */
const namedInBodies = async (
  { pool, config }: Sources,
  person: Person,
  add: (id: string) => void,
): Promise<void> => {
  const who = createScrubber(person, '', config.identity);
  for (const place of WITH_BODIES) {
    let after: Key | null = null;
    do {
      const { found, next } = await readPage(pool, place, 'own', who, after);
      for (const { row } of found) {
        const claim = who.claimIn(parsed(row.body));
        if (claim !== null) add(claim);
      }
      after = next;
    } while (after !== null);
  }
};

/**
 * Finds how else the id of a user is spelt in what is stored: what names somebody near their accounts, and means
 * them as their table compares ids. What one spelling leads to may hold the next one. Begins with the usual ways to write
 * it: once their table doesn't have the user, nothing else leads from the metadata's spelling to the links'.
 *
 * @param userId as their table has it
 * @param given as somebody typed it
 * @throws SupportError `refused`, UsersTableError, and whatever Postgres throws
 */
export const spellingsOf = async (
  sources: Sources,
  userId: string,
  given: string,
): Promise<Ids> => {
  const { pool, users, config } = sources;
  const forms = [given, ...otherForms(given), ...otherForms(userId)];
  const others = new Set(await users.sameAs(userId, forms));
  others.delete(userId);
  const asked = new Set([userId, ...forms]);
  for (let isMore = true; isMore; ) {
    const of = { userId, otherSpellings: [...others] };
    const near = await identifyConnections(pool, of);
    const { rows } = await pool.query<{ id: string }>(NAMED, [
      near.subjects,
      near.accountIds,
      idsOf(of),
      metadataKeysOf(config.identity),
    ]);
    const named = new Set(rows.map(({ id }) => id));
    await namedInBodies(sources, { ...of, ...near, names: [], webviewIds: [] }, id => {
      named.add(id);
    });
    const candidates = named.difference(asked);
    const same = await users.sameAs(userId, [...candidates]);
    for (const id of candidates) asked.add(id);
    for (const id of same) others.add(id);
    isMore = same.length > 0;
  }
  const keys = await pool.query<{ key: string }>(
    'select key from reconciler.user_keys where user_id = any($1)',
    [[userId, ...others]],
  );
  // Keys that stand for them at Seam are no less their names.
  return { userId, otherSpellings: [...others, ...keys.rows.map(({ key }) => key)] };
};
