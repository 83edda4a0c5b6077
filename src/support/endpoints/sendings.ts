import { may } from '../../access/actor.ts';
import { jsonFor, type Viewer, wordsFor } from '../../access/mask.ts';
import type { Desk } from '../desk.ts';
import type { SendingView, TryView } from './types.ts';

const MOST_TRIES = 10;

/** A try as this person may read it: what an app answered may hold whatever it knows. */
export const toTry = (viewer: Viewer, tried: TryView): TryView => ({
  ...tried,
  fault: wordsFor(viewer, tried.fault),
  answer: may(viewer, 'see_emails') ? jsonFor(viewer, tried.answer) : null,
});

const SENDINGS = `
  select s.position::float8, s.endpoint_id::int as "endpointId", e.name as "endpointName", s.state, s.attempts as "failedAttempts",
         s.due_at as "dueAt", s.finished_at as "finishedAt", t.tries
    from reconciler.sendings s
    join reconciler.endpoints e on e.id = s.endpoint_id
   cross join lateral (
     select coalesce(jsonb_agg(jsonb_build_object(
              'at', a.at, 'durationMs', a.duration_ms, 'status', a.status, 'fault', a.fault,
              'answer', a.answer) order by a.id desc), '[]') as tries
       from (select * from reconciler.send_attempts
              where endpoint_id = s.endpoint_id and position = s.position
              order by id desc limit ${MOST_TRIES}) a) t
   where s.position = any($1::bigint[])
   order by s.position, s.endpoint_id`;

type Row = Omit<SendingView, 'tries'> &
  Readonly<{ position: number; tries: readonly (Omit<TryView, 'at'> & { at: string })[] }>;

/** How messages stand with the endpoints that they are owed to, or were: by their positions. */
export const readSendings = async (
  { pool }: Pick<Desk, 'pool'>,
  viewer: Viewer,
  positions: readonly number[],
): Promise<Map<number, SendingView[]>> => {
  const { rows } = await pool.query<Row>(SENDINGS, [positions]);
  const of = Map.groupBy(rows, ({ position }) => position);
  const toView = ({ position: _, tries, ...row }: Row): SendingView => ({
    ...row,
    tries: tries.map(each => toTry(viewer, { ...each, at: new Date(each.at) })),
  });
  return new Map([...of].map(([position, some]) => [position, some.map(toView)]));
};
