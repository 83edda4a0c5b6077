import { z } from 'zod';
import { invalid } from '../../access/errors.ts';
import { readAlerts, readSilences } from '../../support/alerts/read.ts';
import { endSilence, silenceAlerts } from '../../support/alerts/silence.ts';
import { isTimeZone } from '../../support/shifts/until.ts';
import { described } from '../fields.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import {
  alertsAnswer,
  alertsQuery,
  endedAnswer,
  silenceAnswer,
  silenceRequest,
} from '../schemas/alerts.ts';

/** What is wrong with the whole, and what nobody wants to hear of for a time. */
export const ALERT_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/alerts',
    needs: 'view',
    reach: 'installation',
    operationId: 'listAlerts',
    tag: 'Alerts',
    summary: 'List alerts: those that are open, then those that were over within 30 days',
    query: alertsQuery,
    answer: alertsAnswer,
    handle: async ({ desk, actor, query: { open, cursor, limit } }) => {
      const isOpen = open === 'true';
      const [list, silences] = await Promise.all([
        readAlerts(desk, actor, {
          isOpen,
          limit,
          ...(cursor === undefined ? {} : { cursor }),
        }),
        readSilences(desk.pool, actor),
      ]);
      return { ...list, silences };
    },
  }),
  apiRoute({
    method: 'post',
    path: '/alerts/silences',
    needs: 'silence_alerts',
    reach: 'installation',
    operationId: 'silenceAlerts',
    tag: 'Alerts',
    summary: 'Silence one alert, a rule, or everything for a time',
    body: silenceRequest,
    answer: silenceAnswer,
    status: 201,
    handle: async ({ desk, actor, body }) => {
      const { time_zone: timeZone, rule = null, about = null, until, why } = body;
      if (!isTimeZone(timeZone)) {
        throw invalid({ time_zone: `There is no time zone '${timeZone}'.` });
      }
      const wanted = { rule, about, until, timeZone, why };
      return { silence: await silenceAlerts(desk.pool, actor, wanted) };
    },
  }),
  apiRoute({
    method: 'post',
    path: '/alerts/silences/{id}/end',
    needs: 'silence_alerts',
    reach: 'installation',
    operationId: 'endAlertSilence',
    tag: 'Alerts',
    summary: 'End a silence before its time',
    params: z.object({ id: described(z.int().positive(), 'The number of the silence', 4) }),
    answer: endedAnswer,
    handle: async ({ desk, actor, params }) => ({
      ended: await endSilence(desk.pool, actor, params.id),
    }),
  }),
];
