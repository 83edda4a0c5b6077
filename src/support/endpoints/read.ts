import type { Actor } from '../../access/actor.ts';
import { type Viewer, wordsFor } from '../../access/mask.ts';
import { HEARD_WITHIN_SECONDS } from '../../endpoints/hook-sets.ts';
import { shownTarget } from '../../endpoints/target.ts';
import { MOST_COUNTED, toCappedCount } from '../../model/capped-count.ts';
import type { Desk } from '../desk.ts';
import { arrangeNow } from './arranged.ts';
import { noSuchEndpoint } from './row.ts';
import { toTry } from './sendings.ts';
import type { AttemptView, EndpointDetails, EndpointView, TryView } from './types.ts';
import { insistOnEndpoints } from './within.ts';

/** SQL: so many of an endpoint stand so, counted no further than is told. */
const counted = (state: string): string => `
  (select count(*)::int from (
     select from reconciler.sendings s where s.endpoint_id = e.id and s.state = '${state}'
      limit ${MOST_COUNTED + 1}) c)`;

const READ = `
  select e.id::int, e.name, e.kind, e.target, e.types, e.workspaces, e.per_second as "perSecond",
         e.disabled_at as "disabledAt", e.disabled_because as "disabledBecause",
         e.failing_since as "failingSince", e.failures, e.fault,
         case when e.rest_until > now() then e.rest_until end as "restUntil",
         e.last_delivered_at as "lastDeliveredAt", e.created_at as "createdAt", e.created_by as "createdBy",
         ${counted('waiting')} as waiting, ${counted('dead')} as dead,
         (select m.at from reconciler.sendings s join reconciler.messages m using (position)
           where s.endpoint_id = e.id and s.state = 'waiting'
           order by s.position limit 1) as "oldestWaitingAt",
         (select max(h.heard_at) from reconciler.hook_sets h where h.endpoint_id = e.id) as "hooksHeardAt",
         array(select jsonb_build_object('createdAt', s.created_at, 'until', s.until)
                 from reconciler.endpoint_secrets s
                where s.endpoint_id = e.id and (s.until is null or s.until > now())
                order by s.id desc) as secrets
    from reconciler.endpoints e
   where $1::bigint is null or e.id = $1
   order by e.id`;

type Row = Omit<EndpointView, 'state' | 'waiting' | 'dead' | 'secrets'> &
  Readonly<{
    waiting: number;
    dead: number;
    secrets: readonly Readonly<{ createdAt: string; until: string | null }>[];
  }>;

const toView = (viewer: Viewer, row: Row): EndpointView => ({
  ...row,
  target: shownTarget(row.target),
  state: row.disabledAt === null ? 'enabled' : 'disabled',
  fault: wordsFor(viewer, row.fault),
  waiting: toCappedCount(row.waiting),
  dead: toCappedCount(row.dead),
  secrets: row.secrets.map(({ createdAt, until }) => ({
    createdAt: new Date(createdAt),
    until: until === null ? null : new Date(until),
  })),
});

const readRows = async (
  { pool }: Pick<Desk, 'pool'>,
  viewer: Viewer,
  id: number | null,
): Promise<EndpointView[]> => {
  const { rows } = await pool.query<Row>(READ, [id]);
  return rows.map(row => toView(viewer, row));
};

/**
 * All endpoints, the oldest first.
 *
 * @throws SupportError `not_allowed`
 */
export const listEndpoints = async (
  desk: Pick<Desk, 'pool' | 'outgoing'>,
  actor: Actor,
): Promise<EndpointView[]> => {
  insistOnEndpoints(actor, 'view');
  await arrangeNow(desk);
  return readRows(desk, actor, null);
};

/** One endpoint as it stands now. @throws SupportError `not_found` */
export const viewEndpoint = async (
  desk: Pick<Desk, 'pool'>,
  viewer: Viewer,
  id: number,
): Promise<EndpointView> => {
  const [endpoint] = Number.isSafeInteger(id) ? await readRows(desk, viewer, id) : [];
  if (endpoint === undefined) throw noSuchEndpoint(id);
  return endpoint;
};

const MOST_ATTEMPTS = 20;
/** The newest of all endpoints: what is sent anew, long after others that came later, is among them. */
const LATEST_OF_ALL = 10_000;

/** The newest tries, along the indexes that there are: of the newest messages, of what waits, of late. */
const ATTEMPTS = `
  with recent as (
    (select id from reconciler.send_attempts
      where endpoint_id = $1 order by position desc limit ${4 * MOST_ATTEMPTS})
    union
    select a.id
      from (select position from reconciler.sendings where endpoint_id = $1 and state = 'waiting'
             order by position limit ${MOST_ATTEMPTS}) w
      join reconciler.send_attempts a on a.endpoint_id = $1 and a.position = w.position
    union
    select id from (
      select id, endpoint_id from reconciler.send_attempts order by id desc limit ${LATEST_OF_ALL}) l
     where endpoint_id = $1
  )
  select a.at, a.duration_ms as "durationMs", a.status, a.fault, a.answer, m.message_id as "messageId", m.type, m.about
    from (select id from recent order by id desc limit ${MOST_ATTEMPTS}) n
    join reconciler.send_attempts a using (id)
    join reconciler.messages m using (position)
   order by a.id desc`;

/**
 * One endpoint, with the newest tries to send to it.
 *
 * @throws SupportError `not_allowed`, `not_found`
 */
export const readEndpoint = async (
  desk: Pick<Desk, 'pool' | 'outgoing'>,
  actor: Actor,
  id: number,
): Promise<EndpointDetails> => {
  insistOnEndpoints(actor, 'view');
  await arrangeNow(desk);
  const endpoint = await viewEndpoint(desk, actor, id);
  const { rows } = await desk.pool.query<
    TryView & Pick<AttemptView, 'messageId' | 'type' | 'about'>
  >(ATTEMPTS, [id]);
  const attempts = rows.map(({ messageId, type, about, ...each }) => ({
    ...toTry(actor, each),
    messageId,
    type,
    about,
  }));
  return { ...endpoint, attempts };
};

/** @returns since when no process was heard of that has these hooks; null: one is there, it is to hear of nothing, or they are none */
export const unheardSince = ({
  kind,
  state,
  types,
  hooksHeardAt,
}: Pick<EndpointView, 'kind' | 'state' | 'types' | 'hooksHeardAt'>): Date | null => {
  if (kind !== 'hook' || state !== 'enabled' || hooksHeardAt === null) return null;
  if (types?.length === 0) return null;
  return Date.now() - hooksHeardAt.getTime() > HEARD_WITHIN_SECONDS * 1_000 ? hooksHeardAt : null;
};
