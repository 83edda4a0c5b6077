import { z } from 'zod';
import { fixDrift } from '../../support/drift/fix.ts';
import { listFindings, readDrift } from '../../support/drift/read.ts';
import { FINDING_NAMES } from '../../support/drift/words.ts';
import { type ApiRoute, apiRoute } from '../route.ts';

const instant = z.iso.datetime();
const finding = z.enum(FINDING_NAMES);
const mend = z
  .enum(['fix', 'choice'])
  .describe('`fix`: there is one right answer, and fixing gets it. `choice`: a person decides');

const comparison = z.strictObject({
  id: z.number(),
  scheduled: z.boolean().describe('Whether it began automatically'),
  started_at: instant,
  finished_at: instant.nullable(),
  under_way: z.boolean().describe('Whether a process has the scheduled comparison at present'),
  listed: z.number().describe('Accounts that Seam listed'),
  failure: z.string().nullable().describe('Why it doesn’t get on'),
  withheld: z.string().nullable().describe('Why nothing that is missing in Seam was ended'),
  left_out: z.string().nullable().describe('Which workspaces it ended without, and why'),
  findings: z
    .array(
      z.strictObject({
        finding,
        count: z.number(),
        to_fix: z
          .number()
          .nullable()
          .describe('How many fixing would check again now; null if a person decides'),
        mend,
        sentence: z.string(),
        remedy: z.string(),
      }),
    )
    .readonly(),
  right: z.number().describe('Accounts with which all is well'),
});

const item = z.strictObject({
  finding,
  connected_account_id: z.string(),
  workspace_id: z.string().nullable(),
  subject: z
    .string()
    .nullable()
    .describe(
      'The account’s own connection, or the latest of its webviews; null if nothing was heard of it yet',
    ),
  linked_user_id: z.string().nullable(),
  claimed_user_id: z.string().nullable(),
  mend,
  change: z.string().nullable().describe('What fixing changes; null if a person decides'),
  sentence: z.string(),
  remedy: z.string(),
  asked_at: instant.nullable().describe('When it was checked again for that'),
});

export const DRIFT_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/drift',
    needs: 'view',
    reach: 'installation',
    operationId: 'getDrift',
    tag: 'Drift',
    summary: 'Get the latest comparison of all accounts with Seam, and what it found',
    answer: z.strictObject({
      finished: comparison.nullable(),
      unfinished: comparison
        .nullable()
        .describe(
          'A later one: under way, stopped by its failure, or (not scheduled) left by whoever began it',
        ),
      to_fix: z
        .number()
        .describe(
          'Findings that have one right answer and were neither fixed yet nor withheld, among the first 10,000',
        ),
      withheld: z.number().describe('Findings `gone` that are withheld, among the first 10,000'),
    }),
    handle: ({ desk, actor }) => readDrift(desk, actor),
  }),
  apiRoute({
    method: 'get',
    path: '/drift/findings',
    needs: 'view',
    reach: 'installation',
    operationId: 'listDriftFindings',
    tag: 'Drift',
    summary: 'List what the latest comparison found, in the order of the account ids',
    query: z.strictObject({
      finding: finding.optional(),
      after: z.string().max(600).optional().describe('The account id after which to go on'),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    answer: z.strictObject({
      comparison_id: z.number().nullable(),
      findings: z.array(item),
      next_after: z.string().nullable(),
    }),
    rows: ({ findings }) => findings.length,
    handle: async ({ desk, actor, query }) => {
      const { comparisonId, findings, next } = await listFindings(desk, actor, query);
      return { comparison_id: comparisonId, findings, next_after: next };
    },
  }),
  apiRoute({
    method: 'post',
    path: '/drift/fix',
    needs: 'fix_audit',
    reach: 'installation',
    operationId: 'fixDrift',
    tag: 'Drift',
    summary: 'Check again what the latest comparison found and has one right answer',
    body: z.strictObject({
      finding: finding.optional().describe('Only these; all of them if left out'),
      end_missing: z
        .boolean()
        .optional()
        .describe('Also let end what was withheld because too much is missing; takes "why"'),
      why: z.string().max(2_000).optional(),
    }),
    answer: z.strictObject({ comparison_id: z.number(), asked: z.number() }),
    status: 202,
    handle: async ({ desk, actor, body }) => {
      const { comparisonId, asked } = await fixDrift(desk, actor, {
        finding: body.finding,
        endMissing: body.end_missing,
        why: body.why,
      });
      return { comparison_id: comparisonId, asked };
    },
  }),
];
