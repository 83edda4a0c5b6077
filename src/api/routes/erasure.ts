import { z } from 'zod';
import { erasePerson } from '../../support/erasure/erase.ts';
import { personalDataOf } from '../../support/erasure/report.ts';
import { type ApiRoute, apiRoute } from '../route.ts';

const params = z.strictObject({ id: z.string().min(1).max(500).describe('Of the user') });

/** Longer than that nobody waits for an answer: `work` goes on. */
const PATIENCE_MS = 20_000;

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
    answer: z.object({
      user_id: z.string(),
      user: z
        .object({ name: z.string().nullable(), email: z.string().nullable() })
        .nullable()
        .describe('As your users table has them; null if it has no such user'),
      accounts: z.array(z.string()).describe('The connected accounts that are theirs'),
      tables: z
        .record(z.string(), z.array(z.record(z.string(), z.unknown())))
        .describe('The rows of each table that say something about them'),
      complete: z.boolean().describe('False if a table has more rows than are listed'),
    }),
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
    body: z.strictObject({
      why: z
        .string()
        .describe('A note for whoever reviews it later; what names the user is left out'),
    }),
    answer: z.object({
      erasure: z.number(),
      pseudonym: z.string().describe('Stands in place of the user’s id from now on'),
      finished: z.boolean().describe('False if it takes longer: it continues automatically'),
      counts: z.record(z.string(), z.number()).describe('How many rows of each table were changed'),
      user_is_still_there: z
        .boolean()
        .describe('Whether your users table still has the user: new events would name them again'),
    }),
    handle: ({ desk, actor, params: { id }, body }) =>
      erasePerson(desk, actor, { userId: id, why: body.why }, AbortSignal.timeout(PATIENCE_MS)),
  }),
];
