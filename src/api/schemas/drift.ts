import { z } from 'zod';
import { FINDING_NAMES } from '../../support/drift/words.ts';
import {
  accountId,
  described,
  flag,
  instant,
  instantOrNull,
  number,
  text,
  textOrNull,
  workspaceIdOrNull,
} from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';

/* What the API is told and answers about comparisons of all accounts with Seam. */

export const findingName = named(
  'FindingName',
  'What a comparison can find of an account.',
  z.enum(FINDING_NAMES),
  'gone',
);
const mend = described(
  z.enum(['fix', 'choice']),
  '`fix`: there is one right answer, and fixing gets it. `choice`: a person decides',
);
const WORDS = {
  sentence: 'Seam no longer has this account, and it is linked to a user here.',
  remedy: 'Fixing checks it again, and ends the link.',
} as const;

const COMPARISON = {
  id: 41,
  scheduled: true,
  started_at: SAMPLE.later,
  finished_at: SAMPLE.last,
  under_way: false,
  listed: 18_204,
  failure: null,
  withheld: null,
  left_out: null,
  findings: [{ finding: 'gone', count: 2, to_fix: 2, mend: 'fix', ...WORDS }],
  right: 18_202,
} as const;

const comparison = named(
  'Comparison',
  'One comparison of all accounts in Seam with our records.',
  z.strictObject({
    id: number('Its number', COMPARISON.id),
    scheduled: flag('Whether it began automatically'),
    started_at: instant('When it began'),
    finished_at: instantOrNull('When it ended; null: it hasn’t'),
    under_way: flag('Whether a process has the scheduled comparison at present'),
    listed: number('Accounts that Seam listed', COMPARISON.listed),
    failure: textOrNull('Why it doesn’t get on; null: it does, or has ended'),
    withheld: textOrNull('Why nothing that is missing in Seam was ended; null: it was'),
    left_out: textOrNull('Which workspaces it ended without, and why; null: none'),
    findings: described(
      z
        .array(
          z.strictObject({
            finding: findingName,
            count: number('How many accounts', 2),
            to_fix: described(
              z.number().nullable(),
              'How many fixing would check again now; null: a person decides',
            ),
            mend,
            sentence: text('What it means', WORDS.sentence),
            remedy: text('What to do about it', WORDS.remedy),
          }),
        )
        .readonly(),
      'What it found, by kind',
    ),
    right: number('Accounts with which all is well', COMPARISON.right),
  }),
  COMPARISON,
);

export const driftAnswer = named(
  'Drift',
  'The latest comparison of all accounts with Seam.',
  z.strictObject({
    finished: described(comparison.nullable(), 'The latest that has ended; null: none has'),
    unfinished: described(
      comparison.nullable(),
      'A later one: under way, stopped by its failure, or (not scheduled) left by whoever began it; null: there is none',
    ),
    to_fix: number(
      'Findings that have one right answer and were neither fixed yet nor withheld, among the first 10,000',
      2,
    ),
    withheld: number('Findings `gone` that are withheld, among the first 10,000', 0),
  }),
  { finished: COMPARISON, unfinished: null, to_fix: 2, withheld: 0 },
);

const ITEM = {
  finding: 'gone',
  connected_account_id: SAMPLE.account_id,
  workspace_id: SAMPLE.workspace_id,
  subject: SAMPLE.subject,
  linked_user_id: SAMPLE.user_id,
  claimed_user_id: SAMPLE.user_id,
  mend: 'fix',
  change: 'The link to user_8412 ends.',
  ...WORDS,
  asked_at: null,
} as const;

export const driftItemPage = named(
  'FindingPage',
  'What the latest comparison found, in the order of the account ids.',
  z.strictObject({
    comparison_id: described(
      z.number().nullable(),
      'Which comparison found it; null: none has ended',
    ),
    findings: described(
      z.array(
        named(
          'Finding',
          'An account of which a comparison found something to tell.',
          z.strictObject({
            finding: findingName,
            connected_account_id: accountId,
            workspace_id: workspaceIdOrNull,
            subject: textOrNull(
              'The account’s own connection, or the latest of its webviews; null: nothing was heard of it yet',
              SAMPLE.subject,
            ),
            linked_user_id: textOrNull('Whom it is linked to; null: nobody', SAMPLE.user_id),
            claimed_user_id: textOrNull('Whom the metadata names; null: nobody', SAMPLE.user_id),
            mend,
            change: textOrNull('What fixing changes; null: a person decides', ITEM.change),
            sentence: text('What it means', WORDS.sentence),
            remedy: text('What to do about it', WORDS.remedy),
            asked_at: instantOrNull('When it was checked again for that; null: not yet'),
          }),
          ITEM,
        ),
      ),
      'Those of this page',
    ),
    next_after: textOrNull('`after` of the next page; null: this is the last'),
  }),
  { comparison_id: COMPARISON.id, findings: [ITEM], next_after: null },
);

export const fixBody = named(
  'FixRequest',
  'Which findings to check again.',
  z.strictObject({
    finding: findingName.optional().describe('Only these; all of them if left out'),
    end_missing: described(
      z.boolean().optional(),
      'Also let end what was withheld because too much is missing; takes `why`',
    ),
    why: described(z.string().max(2_000).optional(), 'Why: for the audit log', SAMPLE.why),
  }),
  { finding: 'gone' },
);

export const fixAnswer = named(
  'FixAnswer',
  'What is checked again.',
  z.strictObject({
    comparison_id: number('Which comparison found it', COMPARISON.id),
    asked: number('How many accounts are checked again', 2),
  }),
  { comparison_id: COMPARISON.id, asked: 2 },
);
