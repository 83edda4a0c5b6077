import { z } from 'zod';
import { erasePerson } from '../../support/erasure/erase.ts';
import { personalDataOf } from '../../support/erasure/report.ts';
import { described, flag, number, text, textOrNull, userId, userParam } from '../fields.ts';
import { named } from '../named.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { SAMPLE } from '../sample.ts';

const params = z.strictObject({ id: userParam });

/** Longer than that nobody waits for an answer: `work` goes on. */
const PATIENCE_MS = 20_000;

const personalData = named(
  'PersonalData',
  'Everything that is stored about a user.',
  z.object({
    user_id: userId,
    user: described(
      z
        .object({
          name: textOrNull('Their name; null: none', SAMPLE.user_name),
          email: textOrNull('Their e-mail; null: none', SAMPLE.user_email),
        })
        .nullable(),
      'As your users table has them; null: it has no such user',
    ),
    accounts: described(z.array(z.string()), 'The connected accounts that are theirs', [
      SAMPLE.account_id,
    ]),
    tables: described(
      z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
      'The rows of each table that say something about them',
    ),
    complete: flag('False if a table has more rows than are listed'),
  }),
  {
    user_id: SAMPLE.user_id,
    user: { name: SAMPLE.user_name, email: SAMPLE.user_email },
    accounts: [SAMPLE.account_id],
    tables: {
      links: [{ connected_account_id: SAMPLE.account_id, user_id: SAMPLE.user_id }],
    },
    complete: true,
  },
);

const erasureAnswer = named(
  'Erasure',
  'What was erased.',
  z.object({
    erasure: number('Its number', 3),
    pseudonym: text(
      'Stands in place of the user’s id from now on',
      'erased:4f0c1e7a93d25b8860aa17e2',
    ),
    finished: flag('False if it takes longer: it continues automatically'),
    counts: described(
      z.record(z.string(), z.number()),
      'How many rows of each table were changed',
      { links: 1 },
    ),
    user_is_still_there: flag(
      'Whether your users table still has the user: new events would name them again',
    ),
  }),
  {
    erasure: 3,
    pseudonym: 'erased:4f0c1e7a93d25b8860aa17e2',
    finished: true,
    counts: { links: 1, deliveries: 4 },
    user_is_still_there: false,
  },
);

/** What is stored about a user of the app. */
export const ERASURE_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/users/{id}/personal-data',
    needs: 'export_person',
    reach: 'installation',
    operationId: 'readPersonalData',
    tag: 'Users',
    summary: 'Get everything that is stored about a user: what erasing them would change',
    params,
    answer: personalData,
    handle: async ({ desk, actor, params: { id } }) => {
      const { accounts, tables, ...told } = await personalDataOf(
        desk,
        actor,
        id,
        AbortSignal.timeout(PATIENCE_MS),
      );
      return {
        ...told,
        accounts: [...accounts],
        tables: Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, [...rows]])),
      };
    },
  }),
  apiRoute({
    method: 'post',
    path: '/users/{id}/erasure',
    needs: 'erase_person',
    reach: 'installation',
    operationId: 'eraseUser',
    tag: 'Users',
    summary: 'Erase what is stored about a user; this can’t be undone',
    params,
    body: named(
      'ErasureRequest',
      'Why a user is erased.',
      z.strictObject({
        why: described(
          z.string(),
          'A note for whoever reviews it later; what names the user is left out',
          'Asked for by the user, ticket 4802',
        ),
      }),
      { why: 'Asked for by the user, ticket 4802' },
    ),
    answer: erasureAnswer,
    handle: ({ desk, actor, params: { id }, body }) =>
      erasePerson(desk, actor, { userId: id, why: body.why }, AbortSignal.timeout(PATIENCE_MS)),
  }),
];
