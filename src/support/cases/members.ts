import { SupportError } from '../../access/errors.ts';
import type { Client } from '../../db/client.ts';
import { bareId, SUBJECT_KINDS, type Subject, subjectOf } from '../../model/subject.ts';
import { noMatch } from '../words/words.ts';
import { weightOf } from './leads.ts';

/** What a case is made of. */
export type CaseMembers = Readonly<{
  /**
   * What the case is called by: its account, where there is one, unless that leads to what another workspace says of it;
   * then its lead. No subject need be called so.
   */
  key: Subject;
  /** The subject that says how it stands. */
  lead: Subject;
  /** All of its subjects, the lead first. */
  subjects: readonly Subject[];
  accountId: string | null;
  webviewIds: readonly string[];
  /** Null where no event has said whose it is. */
  workspaceId: string | null;
}>;

type Row = Readonly<{
  number: number;
  subject: Subject;
  account: string | null;
  webview: string | null;
  workspace: string | null;
  /** Whether another workspace says something of the account, too. */
  is_shared: boolean;
}>;

/** More than any account has; a bound all the same. */
const MOST_SUBJECTS = 1_000;

/**
 * $1 to $3: what is asked for, by its number, and how each may be called. One subject of it is found first, itself if that
 * may be; then its account, all subjects of that, and the webviews that these name. Of what one workspace knows: what
 * another says of an account is no part of its case. All by an index.
 */
const MEMBERS = `
  with asked as (
    select * from unnest($1::int[], $2::text[], $3::text[]) as a(number, subject, id)
  ), named as (
    select a.number, true as is_itself, r.* from asked a join reconciler.reconciliations r on r.subject = a.subject
    union all
    select a.number, false, r.* from asked a join reconciler.reconciliations r on r.connected_account_id = a.id
    union all
    select a.number, false, r.* from asked a join reconciler.reconciliations r on r.connect_webview_id = a.id
  ), anchors as (
    select distinct on (n.number) n.number, n.subject, n.workspace_id,
           coalesce(n.connected_account_id, o.account) as account
      from named n
      left join lateral (
        select r.connected_account_id as account from reconciler.reconciliations r
         where n.connected_account_id is null and r.connect_webview_id = n.connect_webview_id
           and r.connected_account_id is not null and coalesce(r.workspace_id = n.workspace_id, true)
         limit 1) o on true
     order by n.number, n.is_itself desc, ${weightOf('n')} desc, n.updated_at desc, n.subject desc
  ), of_account as (
    select a.number, r.subject, r.connect_webview_id as webview, a.workspace_id
      from anchors a join reconciler.reconciliations r on r.connected_account_id = a.account
     where coalesce(r.workspace_id = a.workspace_id, true)
  ), subjects as (
    select number, subject from anchors
    union
    select number, subject from of_account
    union
    select o.number, r.subject from of_account o
      join reconciler.reconciliations r on r.subject = 'connect_webview:' || o.webview
     where r.connected_account_id is null and coalesce(r.workspace_id = o.workspace_id, true)
  )
  select s.number, m.subject, a.account, m.connect_webview_id as webview, m.workspace_id as workspace,
         exists (select from reconciler.reconciliations other where other.connected_account_id = a.account
                    and other.workspace_id <> a.workspace_id) as is_shared
    from subjects s
    join anchors a on a.number = s.number
    join reconciler.reconciliations m on m.subject = s.subject
   order by s.number, ${weightOf('m')} desc, m.updated_at desc, m.subject desc
   limit $4`;

const toMembers = (rows: readonly Row[]): CaseMembers | null => {
  const [lead] = rows;
  if (lead === undefined) return null;
  const accountId = lead.account;
  const webviewIds = rows.map(row => row.webview).filter(id => id !== null);
  return {
    key: accountId === null ? lead.subject : subjectOf('connected_account', accountId),
    lead: lead.subject,
    subjects: [...new Set(rows.map(row => row.subject))],
    accountId,
    webviewIds: [...new Set(webviewIds)],
    workspaceId: rows.find(row => row.workspace !== null)?.workspace ?? null,
  };
};

type Asked = readonly Readonly<{ subject: string; id: string | null }>[];

const read = async (
  on: Pick<Client, 'query'>,
  asked: readonly Asked[],
  isByKey = false,
): Promise<(CaseMembers | null)[]> => {
  const all = asked.flatMap((names, number) => names.map(name => ({ ...name, number })));
  const { rows } = await on.query<Row>(MEMBERS, [
    all.map(({ number }) => number),
    all.map(({ subject }) => subject),
    all.map(({ id }) => id),
    MOST_SUBJECTS * asked.length,
  ]);
  const byNumber = Map.groupBy(rows, row => row.number);
  const found = asked.map((_, number) => toMembers(byNumber.get(number) ?? []));
  const isDoubtful = (members: CaseMembers | null): members is CaseMembers =>
    members !== null &&
    byNumber.get(found.indexOf(members))?.[0]?.is_shared === true &&
    !members.subjects.includes(members.key);
  const doubtful = found.filter(isDoubtful);
  if (doubtful.length === 0 || isByKey) return found;
  // Where two workspaces speak of one account, its name is that of the case that it leads to; the other keeps its lead's.
  const byKey = await read(
    on,
    doubtful.map(({ key }) => asSubject(key)),
    true,
  );
  const foreign = new Set(doubtful.filter(({ lead }, n) => byKey[n]?.lead !== lead));
  return found.map(members =>
    members !== null && foreign.has(members) ? { ...members, key: members.lead } : members,
  );
};

/** A case may be called by an account or a webview that has no subject of its own: only the other was spoken of. */
const asSubject = (subject: string): Asked => {
  const id = bareId(subject);
  return [{ subject, id: id === subject ? null : id }];
};

/**
 * The cases of subjects (or of what cases are called by), for the rows of a list; without those that are gone.
 *
 * @returns by the subject that was given
 */
export const casesOf = async (
  on: Pick<Client, 'query'>,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, CaseMembers>> => {
  if (subjects.length === 0) return new Map();
  const found = await read(on, subjects.map(asSubject));
  return new Map(
    subjects.flatMap((subject, index): [string, CaseMembers][] => {
      const members = found[index] ?? null;
      return members === null ? [] : [[subject, members]];
    }),
  );
};

const named = (text: string): Asked => [
  ...asSubject(text),
  ...SUBJECT_KINDS.map(kind => ({ subject: subjectOf(kind, text), id: text })),
];

/**
 * The case that a text names: a subject, what a case is called by, or the bare id of an account or a webview.
 *
 * @throws SupportError `not_found`
 */
export const caseNamed = async (on: Pick<Client, 'query'>, text: string): Promise<CaseMembers> => {
  const [found = null] = await read(on, [named(text)]);
  if (found === null) throw new SupportError('not_found', noMatch(text));
  return found;
};

/**
 * What is called so, as lists and bulk runs have it: a subject stays as it is; what a case is called by, or the bare id of
 * an account or a webview, is the subject that leads that case. What names nothing stays as it is, too.
 */
export const subjectsNamed = async (
  on: Pick<Client, 'query'>,
  texts: readonly string[],
): Promise<string[]> => {
  if (texts.length === 0) return [];
  const found = await read(on, texts.map(named));
  return texts.map((text, index) => {
    const members = found[index] ?? null;
    return members === null || members.subjects.some(each => each === text) ? text : members.lead;
  });
};

/** A case, where its page is, and all names under which people keep what they do to it. */
type Addressed = Readonly<{ members: CaseMembers; address: Subject; names: readonly Subject[] }>;

/**
 * As `caseNamed`, with the name that leads to it, and all under which something of it is kept.
 *
 * @throws SupportError `not_found`
 */
export const addressed = async (on: Pick<Client, 'query'>, text: string): Promise<Addressed> => {
  const members = await caseNamed(on, text);
  const { key, subjects } = members;
  return { members, address: key, names: [...new Set([key, ...subjects])] };
};
