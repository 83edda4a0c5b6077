import { z } from 'zod';
import { invalid } from '../../access/errors.ts';
import { findCase } from '../../support/cases/find-case.ts';
import { caseNamed } from '../../support/cases/members.ts';
import { listViews, type SavedView } from '../../support/finding/saved-views.ts';
import { shareView, unshareView } from '../../support/finding/shared-views.ts';
import { assign } from '../../support/shifts/assign.ts';
import { whomIsMeant } from '../../support/shifts/people.ts';
import { shiftsOf } from '../../support/shifts/shifts.ts';
import { snooze, wake } from '../../support/shifts/snooze.ts';
import { isTimeZone, parseUntil } from '../../support/shifts/until.ts';
import { described, subjectParam } from '../fields.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import {
  assignmentAnswer,
  assignRequest,
  shiftAnswer,
  snoozeAnswer,
  snoozeRequest,
  viewRecord,
  viewsAnswer,
  wakeAnswer,
} from '../schemas/shifts.ts';

const subjectParams = z.object({ subject: subjectParam });
const viewParams = z.object({
  id: described(z.int().positive(), 'The number of the view', 12),
});

const toView = ({ id, name, query, isShared, owner, isOwn }: SavedView) => ({
  id,
  name,
  query,
  is_shared: isShared,
  owner,
  is_own: isOwn,
});

/** Who has a case, whether it sleeps, and the views that people share. */
export const SHIFT_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/connections/{subject}/shift',
    needs: 'view',
    reach: 'connection',
    operationId: 'getShift',
    tag: 'Connections',
    summary: 'Get who has a connection, whether it is snoozed, and how many notes it has',
    params: subjectParams,
    answer: shiftAnswer,
    handle: async ({ desk, actor, params }) => {
      const found = await caseNamed(desk.pool, await findCase(desk.db, params.subject));
      const shift = (await shiftsOf(desk.db, actor, [found])).get(found.key);
      const { assignee = null, snooze: sleeps = null, notes } = shift ?? {};
      return {
        case: found.key,
        assignee: assignee && {
          operator_id: assignee.operatorId,
          operator: assignee.name,
          is_disabled: assignee.isDisabled,
          by: assignee.by,
          at: assignee.at,
        },
        snooze: sleeps && {
          until: sleeps.until,
          until_news: sleeps.untilNews,
          why: sleeps.why,
          by: sleeps.by,
          at: sleeps.at,
        },
        notes: notes?.count ?? 0,
      };
    },
  }),
  apiRoute({
    method: 'post',
    path: '/connections/{subject}/assign',
    needs: 'assign',
    reach: 'connection',
    operationId: 'assignConnection',
    tag: 'Connections',
    summary: 'Assign a connection to an operator, or to nobody',
    params: subjectParams,
    body: assignRequest,
    answer: assignmentAnswer,
    handle: async ({ desk, actor, params, body }) => {
      const subject = await findCase(desk.db, params.subject);
      const to = await whomIsMeant(desk.pool, actor, body.to);
      const { operatorId, name, ...made } = await assign(desk, actor, subject, {
        to,
        had: body.had,
      });
      return { ...made, operator_id: operatorId, operator: name };
    },
  }),
  apiRoute({
    method: 'post',
    path: '/connections/{subject}/snooze',
    needs: 'snooze',
    reach: 'connection',
    operationId: 'snoozeConnection',
    tag: 'Connections',
    summary: 'Keep a connection out of sight until a time, or until there is news of it',
    params: subjectParams,
    body: snoozeRequest,
    answer: snoozeAnswer,
    handle: async ({ desk, actor, params, body }) => {
      const subject = await findCase(desk.db, params.subject);
      const { until_news: untilNews, time_zone: timeZone, why } = body;
      if (!isTimeZone(timeZone))
        throw invalid({ time_zone: `There is no time zone '${timeZone}'.` });
      const until = parseUntil(body.until, { now: new Date(), timeZone, untilNews });
      return snooze(desk, actor, subject, { ...until, why });
    },
  }),
  apiRoute({
    method: 'post',
    path: '/connections/{subject}/wake',
    needs: 'snooze',
    reach: 'connection',
    operationId: 'wakeConnection',
    tag: 'Connections',
    summary: 'Have a snoozed connection in sight again',
    params: subjectParams,
    answer: wakeAnswer,
    handle: async ({ desk, actor, params }) =>
      wake(desk, actor, await findCase(desk.db, params.subject)),
  }),
  apiRoute({
    method: 'get',
    path: '/views',
    needs: 'view',
    reach: 'installation',
    operationId: 'listViews',
    tag: 'Connections',
    summary: 'List the saved views of the token’s owner, and those that others share',
    answer: viewsAnswer,
    handle: async ({ desk, actor }) => ({
      views: (await listViews(desk.pool, actor)).map(toView),
    }),
  }),
  apiRoute({
    method: 'post',
    path: '/views/{id}/share',
    needs: 'share_view',
    reach: 'installation',
    operationId: 'shareView',
    tag: 'Connections',
    summary: 'Share a saved view with everyone',
    params: viewParams,
    answer: viewRecord,
    handle: async ({ desk, actor, params }) => toView(await shareView(desk.pool, actor, params.id)),
  }),
  apiRoute({
    method: 'post',
    path: '/views/{id}/unshare',
    needs: 'share_view',
    reach: 'installation',
    operationId: 'unshareView',
    tag: 'Connections',
    summary: 'Stop sharing a saved view',
    params: viewParams,
    answer: viewRecord,
    handle: async ({ desk, actor, params }) =>
      toView(await unshareView(desk.pool, actor, params.id)),
  }),
];
