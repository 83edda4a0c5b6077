import type { Actor } from '../access/actor.ts';
import type { Db } from '../db/client.ts';
import { casesOf } from '../support/cases/members.ts';
import { readTimeline } from '../support/cases/timeline.ts';
import { printable } from './print.ts';

/** What a person reads at once; the page of the case has the rest. */
const MOST_LINES = 30;

/** What happened to each case that these belong to, the newest first: as the console tells it. */
export const describeTimelines = async (
  db: Db,
  actor: Actor,
  matches: readonly Readonly<{ subject: string }>[],
): Promise<string[]> => {
  const subjects = matches.map(({ subject }) => subject);
  const leads = new Set(
    [...(await casesOf(db.$client, subjects)).values()].map(({ lead }) => lead),
  );
  const lines: string[] = [];
  for (const lead of leads) {
    const told = await readTimeline({ db }, actor, lead);
    const isMore = told.next_cursor !== null || told.entries.length > MOST_LINES;
    lines.push('', `What happened to ${told.case}, newest first:`);
    for (const { at, since, sentence, detail } of told.entries.slice(0, MOST_LINES)) {
      const began = since === null ? '' : ` (since ${since})`;
      const more = detail === null ? '' : `: ${detail.replaceAll('\n', ' ')}`;
      lines.push(`  ${at}  ${sentence}${began}${more}`);
    }
    if (isMore) lines.push('  There is more: see its page in the console.');
  }
  return lines.map(printable);
};
