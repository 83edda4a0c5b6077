import type { AlertRow, Books, NoticeRow } from './books.ts';
import type { HeardAlerts } from './hearing.ts';
import type { Problem } from './problems.ts';

/**
 * Of alerts: that each began, and that it was over, was told to each channel once, and nothing else was. A message that a
 * process was about to note as sent when it died may come again, under its own id, as often as it was tried. Pure.
 */
export const checkAlerts = (
  { alerts, notices }: Pick<Books, 'alerts' | 'notices'>,
  heard: HeardAlerts,
): Problem[] => [
  ...heard.complaints.map(what => ({ kind: 'wrong', id: 'alerts', what }) as const),
  ...checkReceipts(notices, heard),
  ...CHANNELS.flatMap(channel => alerts.flatMap(alert => checkOwed(alert, notices, channel))),
  ...alerts.flatMap(alert => checkSaid(alert, heard)),
];

const CHANNELS = ['url', 'slack'];

/** `alert-<when>-<number>`; what told of an end by the time that it was tried again has a number more. */
const idOf = (id: string): string => id.split('-').slice(0, 3).join('-');
const idOfNotice = ({ id, createdAt }: NoticeRow): string =>
  `alert-${createdAt.getTime().toString(36)}-${id}`;
const nameOf = ({ id, rule, about }: AlertRow): string => `alert ${id} ${rule} ${about}`.trim();

const checkReceipts = (notices: readonly NoticeRow[], { receipts }: HeardAlerts): Problem[] => {
  const known = new Map(notices.map(notice => [idOfNotice(notice), notice]));
  const came = Map.groupBy(receipts, ({ id }) => idOf(id));
  return [
    ...[...came].flatMap(([id, times]): Problem[] => {
      const notice = known.get(id);
      if (notice === undefined || times.some(({ channel }) => channel !== notice.channel)) {
        return [{ kind: 'wrong', id, what: 'was told of alerts, and is not in the books' }];
      }
      if (times.length <= notice.attempts) return [];
      const what = `came ${times.length} times, and was tried ${notice.attempts} times`;
      return [{ kind: 'doubled', id, what }];
    }),
    ...[...known].flatMap(([id, { sent }]): Problem[] => {
      if (!sent) return [{ kind: 'unsettled', id, what: 'a message about alerts is still owed' }];
      return came.has(id) ? [] : [{ kind: 'lost', id, what: 'was noted as sent, and never came' }];
    }),
  ];
};

/** In the books: one message that it began, and one that it is over, unless the first says both. */
const checkOwed = (alert: AlertRow, notices: readonly NoticeRow[], channel: string): Problem[] => {
  const about = notices.filter(
    notice => notice.channel === channel && notice.alertIds.includes(alert.id),
  );
  const began = about.filter(({ kind }) => kind === 'began').length;
  const over = about.filter(({ kind }) => kind === 'over').length;
  const id = `${nameOf(alert)}, ${channel}`;
  const problem = (kind: 'lost' | 'doubled' | 'wrong', what: string): Problem => ({
    ...{ kind, id, what },
  });
  return [
    ...(began === 0 ? [problem('lost', 'nobody was told that it began')] : []),
    ...(began > 1 ? [problem('doubled', `${began} messages that it began`)] : []),
    ...(over > 1 ? [problem('doubled', `${over} messages that it is over`)] : []),
    ...(over > 0 && !alert.isOver ? [problem('wrong', 'told to be over, and it is not')] : []),
  ];
};

/** What the URL's messages said, whatever the books say of them. */
const checkSaid = (alert: AlertRow, { told }: HeardAlerts): Problem[] => {
  const id = nameOf(alert);
  const timesTold = (of: 'began' | 'over'): number =>
    new Set(told.filter(each => each[of].includes(alert.id)).map(each => idOf(each.id))).size;
  const [began, over] = [timesTold('began'), timesTold('over')];
  return [
    ...(began === 0 ? [{ kind: 'lost', id, what: 'its beginning was never said' } as const] : []),
    ...(began > 1 ? [{ kind: 'doubled', id, what: `began, said ${began} times` } as const] : []),
    ...(over === 0 && alert.isOver
      ? [{ kind: 'lost', id, what: 'its end was never said' } as const]
      : []),
    ...(over > 1 ? [{ kind: 'doubled', id, what: `over, said ${over} times` } as const] : []),
  ];
};

/** Messages that a channel without ids showed more than once: its sender died before it could note that it was sent. */
export const shownTwice = ({ receipts }: HeardAlerts): number => {
  const ids = receipts.filter(({ channel }) => channel === 'slack').map(({ id }) => id);
  return ids.length - new Set(ids).size;
};
