import type { Books } from './books.ts';
import type { Ledger } from './ledger.ts';
import type { Problem } from './problems.ts';

/** The rows that bear on a problem, for whoever has to find out how it came about. */
export type Evidence = Readonly<{
  problem: Problem;
  standings: Books['reconciliations'];
  runs: Books['runs'];
  links: Books['links'];
  events: Ledger['events'];
  messages: Books['messages'];
}>;

const withoutKind = (subject: string): string => subject.slice(subject.indexOf(':') + 1);

/** The account that an id leads to: its own, that of its webview, or that of its event. */
const accountOf = ({ events, seam }: Ledger, id: string): string | null => {
  const subject = events.find(
    ({ eventId }) => id.startsWith(`${eventId} `) || id === eventId,
  )?.subject;
  const ownId = withoutKind(subject ?? id);
  const webview = seam.webviews.find(candidate => candidate.id === ownId);
  return webview === undefined ? ownId : webview.accountId;
};

/** Everything about the account that a problem is about, and about its webviews. */
export const evidenceOf = (problem: Problem, ledger: Ledger, books: Books): Evidence => {
  const accountId = accountOf(ledger, problem.id);
  const webviews = ledger.seam.webviews.filter(webview => webview.accountId === accountId);
  const subjects = new Set([
    problem.id,
    `connected_account:${accountId}`,
    ...webviews.map(({ id }) => `connect_webview:${id}`),
  ]);
  const isOfThem = ({ subject }: { subject: string }): boolean => subjects.has(subject);
  return {
    problem,
    standings: books.reconciliations.filter(isOfThem),
    runs: books.runs.filter(isOfThem),
    links: books.links.filter(link => link.accountId === accountId),
    events: ledger.events.filter(isOfThem),
    messages: books.messages.filter(
      row => subjects.has(row.about) || row.messageId === problem.id || row.accountId === accountId,
    ),
  };
};
