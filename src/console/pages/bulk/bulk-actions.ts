import { SupportError } from '../../../access/errors.ts';
import { runName } from '../../../support/bulk/action-words.ts';
import { askToStart, decline } from '../../../support/bulk/ask.ts';
import { chooseUsers } from '../../../support/bulk/choose-users.ts';
import { readBulkRun } from '../../../support/bulk/read.ts';
import { noSuchBulkRun, start, stop } from '../../../support/bulk/start.ts';
import { number } from '../../../support/bulk/words.ts';
import { href } from '../../view/html.ts';
import type { ConsoleRoute, Reply, Visit } from '../../view/route.ts';
import { givenIn, whomIn } from './bulk-fields.ts';
import { previewPage } from './bulk-preview.ts';

/* What is done with a run that was previewed. */

/** @throws SupportError `not_found` for what is no id */
export const idOf = ({ params }: Visit): number => {
  const text = params.id ?? '';
  if (!/^\d{1,15}$/.test(text)) throw noSuchBulkRun(text);
  return Number(text);
};

const whyOf = ({ form }: Visit): string | undefined => form.get('why')?.trim() || undefined;

/** Which preview it was; a form that doesn't say holds to whichever there is. */
const seenIn = ({ form }: Visit): string | undefined => form.get('planned_at') ?? undefined;

/** What can't be taken comes back in the preview, with what was typed. */
const orPreview = async (visit: Visit, id: number, work: () => Promise<Reply>): Promise<Reply> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
    const run = await readBulkRun(visit.desk, visit.actor, id);
    if (run.state !== 'planned') throw error;
    return previewPage(visit, run, { form: visit.form, faults: error.faults });
  }
};

export const started = async ({ desk, actor }: Visit, id: number): Promise<Reply> => {
  const text = `Started ${runName(await readBulkRun(desk, actor, id))}.`;
  return { kind: 'redirect', to: href(['bulk-runs', id]), notice: { text } };
};

export const BULK_ACTION_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'post',
    path: '/bulk-runs/:id/start',
    needs: 'start_bulk_run',
    handle: visit => {
      const id = idOf(visit);
      return orPreview(visit, id, async () => {
        await start(visit.desk, visit.actor, id, whyOf(visit), givenIn(visit.form), seenIn(visit));
        return started(visit, id);
      });
    },
  },
  {
    method: 'post',
    path: '/bulk-runs/:id/users',
    needs: 'plan_bulk_run',
    handle: visit => {
      const id = idOf(visit);
      return orPreview(visit, id, async () => {
        await chooseUsers(visit.desk, visit.actor, id, { given: whomIn(visit.form) });
        return { kind: 'redirect', to: href(['bulk-runs', id]) };
      });
    },
  },
  {
    method: 'post',
    path: '/bulk-runs/:id/ask',
    needs: 'start_bulk_run',
    handle: visit => {
      const id = idOf(visit);
      return orPreview(visit, id, async () => {
        const given = givenIn(visit.form);
        await askToStart(visit.desk, visit.actor, id, whyOf(visit), given, seenIn(visit));
        const text = 'Asked. Those on call see it under “Needs attention” and “Bulk runs”.';
        return { kind: 'redirect', to: href(['bulk-runs', id]), notice: { text } };
      });
    },
  },
  {
    method: 'post',
    path: '/bulk-runs/:id/decline',
    needs: 'stop_bulk_run',
    handle: visit => {
      const id = idOf(visit);
      return orPreview(visit, id, async () => {
        await decline(visit.desk, visit.actor, id, visit.form.get('decline_why') ?? '');
        const { asked_by } = await readBulkRun(visit.desk, visit.actor, id);
        const text = `${asked_by === visit.actor.name ? 'Withdrawn' : 'Declined'}. Nothing was done.`;
        return { kind: 'redirect', to: href(['bulk-runs', id]), notice: { text } };
      });
    },
  },
  {
    method: 'post',
    path: '/bulk-runs/:id/stop',
    needs: 'stop_bulk_run',
    handle: async visit => {
      const id = idOf(visit);
      await stop(visit.desk, visit.actor, id, whyOf(visit)?.slice(0, 2_000));
      const { counts } = await readBulkRun(visit.desk, visit.actor, id);
      const text = `Stopped: ${number(counts.skipped)} skipped.`;
      return { kind: 'redirect', to: href(['bulk-runs', id]), notice: { text } };
    },
  },
];
