import { bareId, subjectOf } from '../../model/subject.ts';
import { isStorable } from '../../seam/storable.ts';
import { insistOnNone, typesFault, typesOf } from './fields.ts';

/* Which messages are meant: the same in lists and when they are sent again. */

/** What is left out doesn't matter. */
export type MessageFilter = Readonly<{
  types?: readonly string[] | null | undefined;
  /** Whose account it was, or had been until then. */
  user?: string | null | undefined;
  /** Id of a connected account. */
  account?: string | null | undefined;
  /** `connected_account:<id>` or `connect_webview:<id>`. */
  about?: string | null | undefined;
  /** Of what took place at this time or later, and before that one. */
  since?: Date | null | undefined;
  until?: Date | null | undefined;
}>;

const LONGEST_TEXT = 600;

const textFault = (text: string | null | undefined): string | null => {
  if (text === null || text === undefined) return null;
  if (text === '') return 'It must not be empty: leave it out.';
  return text.length <= LONGEST_TEXT && isStorable(text)
    ? null
    : `It must have at most ${LONGEST_TEXT} characters.`;
};

/** @throws SupportError `invalid`, by field */
export const insistOnFilter = ({
  types,
  user,
  account,
  about,
  since,
  until,
}: MessageFilter): void =>
  insistOnNone({
    types: typesFault(types),
    user: textFault(user),
    account: textFault(account),
    about: account && about ? 'Give an account or "about", not both.' : textFault(about),
    until: since && until && until <= since ? '"until" must be later than "since".' : null,
  });

/** How many parameters MATCHES takes, from $1 on. */
export const FILTER_PARAMETERS = 6;

/**
 * SQL: whether a message `m` is meant. Of a user also what tells that an account is theirs no more, which names them as
 * who had it before.
 */
export const MATCHES = `
  ($1::text[] is null or m.type = any($1))
  and ($2::text is null or (
        m.about = any(array(select distinct u.about from reconciler.messages u where u.user_id = $2))
        and (m.user_id = $2 or m.data->'before'->>'user_id' = $2)))
  and ($3::text is null or m.about = $3)
  and ($4::timestamptz is null or m.at >= $4)
  and ($5::timestamptz is null or m.at < $5)
  and ($6::text[] is null or m.workspace_id = any($6))`;

/** What MATCHES asks for. @param own the Seam workspaces that a token is limited to */
export const valuesOf = (
  { types, user, account, about, since, until }: MessageFilter,
  own: readonly string[] | null,
): unknown[] => [
  types ? typesOf(types) : null,
  user ?? null,
  account ? subjectOf('connected_account', bareId(account)) : (about ?? null),
  since ?? null,
  until ?? null,
  own,
];
