import type pg from 'pg';
import { changeOf } from '../drift/compare.ts';
import { FINDINGS, isFindingKind } from '../drift/findings.ts';
import type { Finding } from '../drift/look-up.ts';
import { type Comparison, readFindings } from '../drift/records.ts';
import { csvLine } from '../support/finding/csv.ts';
import { formatTable } from './print.ts';
import { printThrough } from './reader.ts';

export type DriftFormat = 'table' | 'json' | 'csv';

const FIELDS = [
  'finding',
  'connected_account_id',
  'linked_user_id',
  'claimed_user_id',
  'change',
  'sentence',
  'remedy',
] as const;
type FindingRecord = Readonly<Record<(typeof FIELDS)[number], string | null>>;

const toRecord = (finding: Finding): FindingRecord => ({
  finding: finding.kind,
  connected_account_id: finding.connectedAccountId,
  linked_user_id: finding.linkedUserId,
  claimed_user_id: finding.claimedUserId,
  change: changeOf(finding),
  sentence: FINDINGS[finding.kind].sentence,
  remedy: FINDINGS[finding.kind].remedy,
});

type Writer = Readonly<{
  begin: (comparison: Comparison) => string[];
  page: (records: readonly FindingRecord[], isFirst: boolean) => string[];
  end: (comparison: Comparison) => string[];
}>;

const WRITERS = {
  csv: {
    begin: () => [csvLine(FIELDS)],
    page: records => records.map(record => csvLine(FIELDS.map(field => record[field]))),
    end: () => [],
  },
  json: {
    begin: comparison => [`{"audit": ${JSON.stringify(toJson(comparison))}, "findings": [`],
    page: (records, isFirst) =>
      records.map((record, n) => `${isFirst && n === 0 ? ' ' : ','}${JSON.stringify(record)}`),
    end: () => [']}'],
  },
  table: {
    begin: () => [],
    page: records => [formatTable(HEADINGS, records.map(toRow)), ''],
    end: comparison => [describeCounts(comparison)],
  },
} as const satisfies Record<DriftFormat, Writer>;

const HEADINGS = ['FINDING', 'ACCOUNT', 'LINKED TO', 'METADATA NAMES', 'WHAT TO DO'] as const;

const toRow = (record: FindingRecord): string[] => [
  record.finding ?? '',
  record.connected_account_id ?? '',
  record.linked_user_id ?? '-',
  record.claimed_user_id ?? '-',
  record.change === null ? (record.remedy ?? '') : `--fix: ${record.change}`,
];

const toJson = (comparison: Comparison) => ({
  id: comparison.id,
  started_at: comparison.startedAt.toISOString(),
  listed: comparison.listed,
  counts: comparison.counts,
});

const describeCounts = ({ listed, counts }: Comparison): string =>
  [
    `Seam lists ${listed} connected accounts.`,
    ...Object.entries(counts).map(
      ([kind, count]) =>
        `${String(count).padStart(8)}  ${isFindingKind(kind) ? FINDINGS[kind].sentence : kind}`,
    ),
  ].join('\n');

/**
 * Prints what a comparison found, page by page: one in which everything is wrong fits into memory, too.
 *
 * @param onPrinted is told how many more findings are out
 * @throws ReaderGoneError
 */
export const printDrift = async (
  pool: pg.Pool,
  comparison: Comparison,
  format: DriftFormat,
  onPrinted: (findings: number) => void = () => undefined,
): Promise<void> => {
  const writer: Writer = WRITERS[format];
  const print = (lines: readonly string[]) => printThrough(lines.map(line => `${line}\n`).join(''));
  await print(writer.begin(comparison));
  let isFirst = true;
  for await (const page of readFindings(pool, comparison.id)) {
    await print(writer.page(page.map(toRecord), isFirst));
    onPrinted(page.length);
    isFirst = false;
  }
  await print(writer.end(comparison));
};
