import { quote } from './names.ts';

/*
 * The one decision about ids: which types of a users table can be matched with an id from the metadata, and how.
 * `doctor`, the start of `work` and every run ask here.
 */

/** Size of each type of whole numbers, so that a value that doesn't fit is found out without an SQL error. */
const INTEGER_LIMITS = { int2: 2n ** 15n, int4: 2n ** 31n, int8: 2n ** 63n } as const;
const CANONICAL_INTEGER = /^(0|-?[1-9]\d{0,18})$/;
const CANONICAL_DECIMAL = /^(?!-0(\.0+)?$)-?(0|[1-9]\d*)(\.\d+)?$/;
/** As Postgres takes them (its documentation, 8.12): a hyphen may follow any four digits, braces may be around it. */
const UUID = /^(\{[0-9a-f]{4}(-?[0-9a-f]{4}){7}\}|[0-9a-f]{4}(-?[0-9a-f]{4}){7})$/i;

/** By Postgres's own names; `bpchar` is char(n), which is compared without the blanks that it is padded with. */
const BUILT_IN = ['text', 'varchar', 'bpchar', 'uuid', 'int2', 'int4', 'int8', 'numeric'] as const;
/** `citext` is the extension's: compared without regard to capitals. */
type Name = (typeof BUILT_IN)[number] | 'citext';
const isBuiltIn = (name: string): name is (typeof BUILT_IN)[number] =>
  BUILT_IN.some(type => type === name);

/** What of the ids' type in their table matters here; a domain counts as the type that it is made of. */
export type ColumnType = Readonly<{
  name: string;
  schema: string;
  oid: number;
  /** The extension that it came with. */
  extension: string | null;
  /** Whether its text is the same for good, so that an index can be of that. */
  textIsImmutable: boolean;
}>;

/** A type whose values can be matched with an id from the metadata. */
export type IdType = Readonly<{
  name: Name;
  /** SQL: what an id is cast to. */
  sql: string;
  /** SQL: the comparison, which an index of theirs serves. By its full name, whatever the search path. */
  equals: string;
  /** Differs between types that are asked for differently. */
  key: string;
}>;

/** What `USERS_ID_COLUMN` may be, for people. */
export const SUPPORTED =
  'text, varchar, char(n), citext, uuid, smallint, integer, bigint, numeric, and domains over these';

/** @returns how ids of this type are matched; null: they can't be */
export const idTypeOf = ({ name, schema, oid, extension }: ColumnType): IdType | null => {
  if (schema === 'pg_catalog' && isBuiltIn(name)) {
    return { name, sql: `pg_catalog.${name}`, equals: 'operator(pg_catalog.=)', key: name };
  }
  if (name === 'citext' && extension === 'citext') {
    // Its operator may not be on the search path, and text's would compare capitals.
    const where = quote(schema);
    return { name, sql: `${where}.citext`, equals: `operator(${where}.=)`, key: `citext-${oid}` };
  }
  return null;
};

/** Why a value can't be an id of this type; null when it can. */
export const whyImpossible = (type: Name, value: string): string | null => {
  switch (type) {
    case 'text':
    case 'varchar':
    case 'bpchar':
    case 'citext':
      return value.includes('\0') || !value.isWellFormed()
        ? "it contains characters that Postgres can't store"
        : null;
    case 'uuid':
      return UUID.test(value) ? null : 'our user ids are UUIDs';
    case 'numeric':
      return CANONICAL_DECIMAL.test(value) ? null : 'our user ids are numbers';
    case 'int2':
    case 'int4':
    case 'int8': {
      if (!CANONICAL_INTEGER.test(value)) return 'our user ids are whole numbers';
      const limit = INTEGER_LIMITS[type];
      const inRange = BigInt(value) >= -limit && BigInt(value) < limit;
      return inRange ? null : `our user ids are below ${limit}`;
    }
    default:
      return type satisfies never;
  }
};

/** How else an id may be written that is somebody's: whether it is the same one, its type says (`sameAs`). */
export const otherForms = (id: string): string[] => {
  const digits = id.replaceAll(/[{}-]/g, '').toLowerCase();
  const uuid = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(digits);
  const forms = [
    id.toLowerCase(),
    id.toUpperCase(),
    id.replace(/ +$/, ''),
    ...(uuid === null ? [] : [uuid.slice(1).join('-')]),
    ...(CANONICAL_DECIMAL.test(id) && id.includes('.') ? [id.replace(/\.?0+$/, '')] : []),
  ];
  return [...new Set(forms)].filter(form => form !== id);
};

/** What their table says of an id from the metadata. */
export type Lookup =
  | { kind: 'found'; userId: string }
  /** `hidden`: why the user may be there all the same, where that is so. */
  | { kind: 'none'; hidden?: string }
  /** Their id column can't hold such a value, or it means several users: nobody can be told by it. */
  | { kind: 'impossible'; why: string };

/**
 * Whom an id means. As a rule one user at most has it; but where `Ada` equals `ada`, or 1 equals 1.0, a column that
 * isn't unique may hold both.
 *
 * @param spellings the ids in their table that equal it, each once
 */
export const meant = (asked: string, spellings: readonly string[]): Lookup => {
  const [only, other] = spellings;
  if (only === undefined) return { kind: 'none' };
  if (spellings.includes(asked)) return { kind: 'found', userId: asked };
  return other === undefined
    ? { kind: 'found', userId: only }
    : { kind: 'impossible', why: 'several of our users have it, each spelt differently' };
};
