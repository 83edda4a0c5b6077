import type { Record } from './site.ts';
import type { Breach } from './watch.ts';
import type { Account, SeamEvent, World } from './world.ts';

/** What the books say in the end, as plain rows. */
export type Ending = Readonly<{
  /** Account → user, of the links that stand. */
  links: ReadonlyMap<string, string>;
  /** Event → SHA-256 of its stored body. */
  stored: ReadonlyMap<string, string>;
  /** How often each note was written, by its text, which is that of one operation alone. */
  notes: ReadonlyMap<string, number>;
  /** `action of target (why)` of each audit row. */
  audit: ReadonlySet<string>;
  /** Events that were answered 2xx. */
  acknowledged: ReadonlySet<string>;
}>;

export const auditKey = (action: string, target: string, why: string | null): string =>
  `${action} of ${target} (${why ?? ''})`;

/** Says what the books have otherwise than Seam's state, people's answers and the sender's dictate. Pure. */
export const checkModel = (world: World, records: readonly Record[], ending: Ending): Breach[] => [
  ...checkStored(world, ending),
  ...[...world.accounts.values()].flatMap(account => checkLink(world, account, ending)),
  ...records.flatMap(record => checkTold(record, ending)),
  ...records.flatMap(record => checkMetadata(world, record)),
];

const checkStored = (world: World, { stored, acknowledged }: Ending): Breach[] => {
  const aged = new Set([...world.accounts.values()].filter(a => a.isAged).flatMap(a => a.events));
  const wrong = (event: SeamEvent): string | null => {
    const digest = stored.get(event.eventId);
    if (digest !== undefined)
      return digest === event.digest ? null : 'was stored with another body';
    return acknowledged.has(event.eventId) && !aged.has(event)
      ? 'was acknowledged and is lost'
      : null;
  };
  return world.events.flatMap(event => {
    const what = wrong(event);
    const told = { invariant: 'what was acknowledged is stored as it came' };
    return what === null
      ? []
      : [{ ...told, what: `${event.eventId} (${event.eventType}) ${what}` }];
  });
};

/** To whom an account may be linked in the end; null among them: to nobody. */
const mayBeLinkedTo = (world: World, account: Account): ReadonlySet<string | null> => {
  const everNamed = [...account.claims, ...account.byHand].filter(user => world.users.has(user));
  const metadata = world.metadataOf(account);
  if (account.fate === 'announced' || account.fate === 'deleted_by_person') return new Set([null]);
  if (account.fate !== 'there' || metadata === null) return new Set([null, ...everNamed]);
  const claim = metadata.id;
  const isKnown = typeof claim === 'string' && world.users.has(claim);
  if (!isKnown) return new Set([null, ...everNamed]);
  return new Set([claim, ...account.byHand]);
};

const checkLink = (world: World, account: Account, { links }: Ending): Breach[] => {
  // No webhook of it was sent, or none arrived: nobody knows of it, unless a comparison met it.
  const linked = links.get(account.id) ?? null;
  const may = mayBeLinkedTo(world, account);
  if (may.has(linked)) return [];
  const expected = [...may].map(user => user ?? 'nobody').join(' or ');
  const what = `${account.id} (${account.fate}) is linked to ${linked ?? 'nobody'} instead of ${expected}`;
  return [{ invariant: 'the link is what Seam and people say', what }];
};

/** What a person was told was done, was done. */
const checkTold = (record: Record, { notes, audit }: Ending): Breach[] => {
  const { told, what, target, why, number } = record;
  if (told === null || told.status >= 300) return [];
  const breach = (said: string): Breach[] => [
    { invariant: 'what a person was told was done is done', what: `operation ${number}: ${said}` },
  ];
  if (what === 'note') {
    const times = notes.get(why) ?? 0;
    return times === 1 ? [] : breach(`the note on ${target} is there ${times} times`);
  }
  const actions = { dismiss: 'dismiss', link: 'link', snooze: 'snooze' } as const;
  const action = actions[what as keyof typeof actions];
  // A link is recorded under the case that it was made for.
  if (action === undefined || target === null) return [];
  // The account may have been named, and its case be that of a webview.
  const { subject, case: key } = told.body;
  const done = [subject, key].find(named => typeof named === 'string') ?? target;
  return audit.has(auditKey(action, String(done), why))
    ? []
    : breach(`the ${action} of ${done} is not in the audit log`);
};

/** An update that was told to be done is still there: no other one has written over it. */
const checkMetadata = (world: World, record: Record): Breach[] => {
  const { account, metadataKey, told, number } = record;
  if (account === null || metadataKey === null || told?.status !== 200) return [];
  if (told.body.seam !== 'updated' || told.body.overtaken === true) return [];
  const metadata = world.metadataOf(account);
  // The app or a reconnection replaced all of it, or may have in the middle of this.
  if (metadata === null || account.replacedAt > number) return [];
  if (metadata[metadataKey] === 'set') return [];
  const what = `operation ${number}: ${metadataKey} was set on ${account.id}, and is lost`;
  return [{ invariant: 'no update at Seam is lost', what }];
};
