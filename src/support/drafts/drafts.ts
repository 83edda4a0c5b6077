import type { Actor } from '../../access/actor.ts';
import type { Client } from '../../db/client.ts';
import { casesOf } from '../cases/members.ts';
import { ofCase } from './form-name.ts';

/* What people have typed and not sent: each one's own, on all their devices. Nobody else reads it. */

/** What stands in a form, by the names of its fields; several of a name in lines. */
export type Fields = Readonly<Record<string, string>>;

export type Draft = Readonly<{
  /** Which form, of what: `notes connected_account:…`. */
  form: string;
  fields: Fields;
  updatedAt: Date;
}>;

/** The field that holds on which page it was typed. No field of a form begins so. */
export const PAGE = '@page';

const LONGEST_BYTES = 20_000;
const MOST = 100;
/** Drafts that nobody has touched for so long are nobody's loss. */
const KEPT_DAYS = 30;

type On = Pick<Client, 'query'>;

/**
 * Keeps what stands in a form; the hundred latest of an operator stay.
 *
 * @param once the form's number: of one that was sent already nothing is kept, however late this comes
 * @returns what became of it: what is too long isn't kept, nor what was sent
 */
export const keepDraft = async (
  on: On,
  operatorId: number,
  { form, fields, once }: { form: string; fields: Fields; once: string | null },
): Promise<'kept' | 'sent' | 'too long'> => {
  const text = JSON.stringify(fields);
  if (Buffer.byteLength(text) + Buffer.byteLength(form) > LONGEST_BYTES) return 'too long';
  const { rowCount } = await on.query(
    `with kept as (
       insert into reconciler.drafts (operator_id, form, fields, updated_at)
       select $1::bigint, $2, $3::jsonb, now()
        where not exists (select from reconciler.audit_log where actor = 'operator:' || $1 and once_key = $4)
       on conflict (operator_id, form) do update set fields = excluded.fields, updated_at = excluded.updated_at
       returning form
     ), dropped as (
       delete from reconciler.drafts d where d.operator_id = $1 and exists (select from kept)
          and d.form in (select o.form from reconciler.drafts o where o.operator_id = $1 and o.form <> $2
                          order by o.updated_at desc offset ${MOST - 1})
     )
     select from kept`,
    [operatorId, form, text, once],
  );
  return rowCount === 1 ? 'kept' : 'sent';
};

/** What an operator has begun, the latest first. */
export const draftsOf = async (on: On, operatorId: number): Promise<Draft[]> => {
  const { rows } = await on.query<Draft>(
    `select form, fields, updated_at as "updatedAt" from reconciler.drafts
      where operator_id = $1 order by updated_at desc, form limit ${MOST}`,
    [operatorId],
  );
  return rows;
};

/**
 * What was begun in these forms. A case is called otherwise once its account is known: what was typed then is found by any
 * of its names, the latest first.
 *
 * @returns by the name of the form that was asked for
 */
export const draftsIn = async (
  on: On,
  operatorId: number,
  forms: readonly string[],
): Promise<ReadonlyMap<string, Draft>> => {
  const kinds = forms.flatMap(form => ofCase(form)?.form ?? []);
  const { rows } = await on.query<Draft>(
    `select form, fields, updated_at as "updatedAt" from reconciler.drafts
      where operator_id = $1 and (form = any($2) or split_part(form, ' ', 1) = any($3))
      order by updated_at desc limit ${MOST}`,
    [operatorId, forms, kinds],
  );
  if (rows.length === 0) return new Map();
  const names = await namesOf(on, forms);
  return new Map(
    forms.flatMap((form): [string, Draft][] => {
      const draft = rows.find(row => names.get(form)?.includes(row.form));
      return draft === undefined ? [] : [[form, draft]];
    }),
  );
};

/** What a form may be called: of a case, by each of its names. */
const namesOf = async (
  on: On,
  forms: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const subjects = forms.flatMap(form => ofCase(form)?.subject ?? []);
  const cases = await casesOf(on, [...new Set(subjects)]);
  return new Map(
    forms.map(name => {
      const known = ofCase(name);
      const members = known === null ? undefined : cases.get(known.subject);
      if (known === null || members === undefined) return [name, [name]];
      const all = [members.key, ...members.subjects].map(subject => `${known.form} ${subject}`);
      return [name, [name, ...all]];
    }),
  );
};

/** Those of these cases (by what they are called, or any subject) that an operator has begun to write something about. */
export const casesWithDrafts = async (
  on: On,
  { key: who }: Pick<Actor, 'key'>,
  cases: readonly Readonly<{ key: string; subjects: readonly string[] }>[],
): Promise<ReadonlySet<string>> => {
  if (!who.startsWith('operator:')) return new Set();
  const { rows } = await on.query<{ subject: string }>(
    `select distinct substr(form, strpos(form, ' ') + 1) as subject from reconciler.drafts
      where operator_id = substr($1, 10)::bigint and strpos(form, ' ') > 0`,
    [who],
  );
  const begun = new Set(rows.map(({ subject }) => subject));
  const isBegun = (names: readonly string[]): boolean => names.some(name => begun.has(name));
  return new Set(
    cases.filter(({ key, subjects }) => isBegun([key, ...subjects])).map(({ key }) => key),
  );
};

/** Sent, or not wanted any more: by any name of its case. */
export const dropDrafts = async (
  on: On,
  operatorId: number,
  forms: readonly string[],
): Promise<void> => {
  const kinds = forms.flatMap(form => ofCase(form)?.form ?? []);
  const { rows } = await on.query<{ form: string }>(
    `select form from reconciler.drafts
      where operator_id = $1 and (form = any($2) or split_part(form, ' ', 1) = any($3))`,
    [operatorId, forms, kinds],
  );
  if (rows.length === 0) return;
  const names = [...(await namesOf(on, forms)).values()].flat();
  await on.query('delete from reconciler.drafts where operator_id = $1 and form = any($2)', [
    operatorId,
    names,
  ]);
};

/** Takes away what nobody has touched for a month. @returns how many that were */
export const pruneDrafts = async (on: On): Promise<number> => {
  const { rowCount } = await on.query(
    `delete from reconciler.drafts where updated_at < now() - interval '${KEPT_DAYS} days'`,
  );
  return rowCount ?? 0;
};
