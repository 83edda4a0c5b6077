import { z } from 'zod';
import { FOUND_BY, type FoundBy } from '../../support/cases/found-by.ts';
import { LEFT_OUT } from '../../support/finding/search.ts';
import { described, flag, number, text, textOrNull, userId } from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';
import { CONNECTION, connectionFields, failedLogins } from './finding.ts';

/* What the API answers to a search. */

const FOUND = {
  ...CONNECTION,
  case: `connected_account:${SAMPLE.account_id}`,
  found_by: 'user_email',
  found_text: null,
} as const;

export const searchAnswer = named(
  'SearchResult',
  'What an id, an e-mail, a number or a name leads to.',
  z.object({
    text: text('What was searched for, without anything pasted along with it', SAMPLE.user_email),
    connections: described(
      z.array(
        named(
          'FoundConnection',
          'A case, how it stands, and by what it was found.',
          connectionFields.extend({
            case: text('What the case is called by: its account, or else its webview', FOUND.case),
            found_by: described(
              z.enum(Object.keys(FOUND_BY) as [FoundBy, ...FoundBy[]]),
              'By what it was found',
            ),
            found_text: textOrNull(
              'What of it matched, or until when it was that user’s; null: the other fields say it',
              'was Alan’s until 3 Nov 2026',
            ),
          }),
          { ...FOUND },
        ),
      ),
      'One for each case: what matches as a whole first, then the latest',
    ),
    total: number('How many cases there are in all', 1),
    total_is_capped: flag('Whether there are more than were counted'),
    next_cursor: textOrNull('`cursor` of the next page; null: this is the last'),
    more: flag('Whether there are more than these'),
    users: described(
      z.array(
        z.object({
          user_id: userId,
          name: textOrNull('As your users table has it; null: it has none', SAMPLE.user_name),
          email: textOrNull('The same; masked if the role can’t see e-mails', SAMPLE.user_email),
        }),
      ),
      'Users who were found, and have no known connection',
    ),
    failed_logins: described(
      z.array(failedLogins),
      'The failed sign-ins of a user who was searched for. Of their connections, only the last is among `connections`',
    ),
    left_out: described(
      z.array(z.enum(LEFT_OUT)),
      'What could not be searched: `users` (your users table can’t be read), `names` (it is large, and has no index for names), `words` (too many have them)',
    ),
  }),
  {
    text: SAMPLE.user_email,
    connections: [{ ...FOUND }],
    total: 1,
    total_is_capped: false,
    next_cursor: null,
    more: false,
    users: [],
    failed_logins: [],
    left_out: [],
  },
);
