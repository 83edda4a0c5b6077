import { assign } from '../../../support/shifts/assign.ts';
import { operatorOf } from '../../../support/shifts/names.ts';
import { whomIsMeant } from '../../../support/shifts/people.ts';
import { snooze, wake } from '../../../support/shifts/snooze.ts';
import { parseUntil } from '../../../support/shifts/until.ts';
import { href } from '../../view/html.ts';
import type { ConsoleRoute, Visit } from '../../view/route.ts';
import { assignPage, refusedBy, snoozePage, zoneOf } from './forms.ts';

const subjectOf = ({ params }: Visit): string => params.subject ?? '';

/** Whose it was as the page showed it; a form that doesn't say holds to nothing. */
const hadIn = ({ form }: Visit): number | null | undefined => {
  const had = form.get('had');
  if (had === '') return null;
  return had !== null && /^\d{1,9}$/.test(had) ? Number(had) : undefined;
};

const snoozeFrom = async (visit: Visit): Promise<string | null> => {
  const { desk, actor, form } = visit;
  const untilNews = form.get('until_news') === 'yes';
  const chosen = form.get('for') ?? 'date';
  const until = parseUntil(chosen === 'date' ? (form.get('until_when') ?? '') : chosen, {
    now: new Date(),
    timeZone: zoneOf(visit),
    untilNews,
  });
  const why = form.get('why') ?? '';
  return (await snooze(desk, actor, subjectOf(visit), { ...until, why })).until;
};

/** Who has a case, and whether it sleeps. */
export const SHIFT_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/connections/:subject/assign',
    needs: 'assign',
    handle: visit => assignPage(visit, null),
  },
  {
    method: 'post',
    path: '/connections/:subject/assign',
    needs: 'assign',
    handle: async visit => {
      const { desk, actor, form } = visit;
      const had = hadIn(visit);
      try {
        const to = await whomIsMeant(desk.pool, actor, form.get('to') ?? '');
        const {
          case: key,
          operatorId,
          name,
        } = await assign(desk, actor, subjectOf(visit), { to, had });
        const text =
          operatorId === null
            ? 'Nobody has this case now.'
            : operatorId === operatorOf(actor)
              ? 'This case is yours now.'
              : `${name} has this case now.`;
        return { kind: 'redirect', to: href(['connections', key]), notice: { text } };
      } catch (error) {
        return assignPage(visit, refusedBy(visit, error));
      }
    },
  },
  {
    method: 'get',
    path: '/connections/:subject/snooze',
    needs: 'snooze',
    handle: visit => snoozePage(visit, null),
  },
  {
    method: 'post',
    path: '/connections/:subject/snooze',
    needs: 'snooze',
    handle: async visit => {
      const to = href(['connections', subjectOf(visit)]);
      try {
        const until = await snoozeFrom(visit);
        const text = until === null ? 'Snoozed until there is news.' : 'Snoozed.';
        const undo = { label: 'Wake it', path: href(['connections', subjectOf(visit), 'wake']) };
        return { kind: 'redirect', to, notice: { text, undo } };
      } catch (error) {
        return snoozePage(visit, refusedBy(visit, error));
      }
    },
  },
  {
    method: 'post',
    path: '/connections/:subject/wake',
    needs: 'snooze',
    handle: async visit => {
      const { case: key } = await wake(visit.desk, visit.actor, subjectOf(visit));
      const notice = { text: 'Awake: it is in the lists again.' };
      return { kind: 'redirect', to: href(['connections', key]), notice };
    },
  },
];
