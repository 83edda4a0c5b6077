import { type Workspace, workspaceLabel } from '../config/workspaces.ts';
import { cappedText } from '../model/capped-count.ts';
import type { DisabledBecause } from '../model/message.ts';
import { unheardSince } from '../support/endpoints/read.ts';
import type { Tested } from '../support/endpoints/test.ts';
import type { EndpointDetails, EndpointView, TryView } from '../support/endpoints/types.ts';
import { formatTable, printable } from './print.ts';

type Workspaces = readonly Pick<Workspace, 'id' | 'name'>[];

const BECAUSE = {
  person: 'by a person',
  gone: 'because it answered 410 Gone',
  failing: 'because it failed for days',
} as const satisfies Record<DisabledBecause, string>;

const iso = (at: Date | null): string => at?.toISOString() ?? 'never';

/** How it is doing, in a few words. */
const stateOf = (endpoint: EndpointView): string => {
  const { disabledAt, disabledBecause, failingSince, failures, restUntil } = endpoint;
  if (disabledAt !== null) {
    const because = disabledBecause === null ? '' : ` ${BECAUSE[disabledBecause]}`;
    return `disabled ${iso(disabledAt)}${because}`;
  }
  const unheard = unheardSince(endpoint);
  if (unheard !== null) return `no process has these hooks: none heard of since ${iso(unheard)}`;
  if (endpoint.types?.length === 0) return 'your app has no hooks any more';
  const rests = restUntil === null ? '' : `, rests until ${iso(restUntil)}`;
  if (failingSince === null) return `enabled${rests}`;
  return `failing since ${iso(failingSince)} (${failures} in a row)${rests}`;
};

const HOOKS = "hooks in your app's own process";
const TARGET_NAMES = { http: 'URL', queue: 'Queue', hook: 'Where' } as const;

const targetOf = ({ kind, target }: EndpointView): string => {
  if (kind === 'hook') return HOOKS;
  return kind === 'queue' ? `queue ${target}` : target;
};

const typesOf = ({ types }: EndpointView): string =>
  types?.length === 0 ? 'none' : (types?.join(', ') ?? 'all');
const workspacesOf = ({ workspaces }: EndpointView, served: Workspaces): string =>
  workspaces?.map(id => workspaceLabel(served, id)).join(', ') ?? 'all';

export const formatEndpoints = (
  endpoints: readonly EndpointView[],
  workspaces: Workspaces,
): string => {
  const isLimited = endpoints.some(endpoint => endpoint.workspaces !== null);
  const limits = (endpoint: EndpointView): string[] =>
    isLimited ? [workspacesOf(endpoint, workspaces)] : [];
  return formatTable(
    [
      ...['ID', 'NAME', 'TARGET', 'TYPES', ...(isLimited ? ['WORKSPACES'] : [])],
      ...['WAITING', 'GIVEN UP', 'LAST DELIVERED', 'STATE'],
    ],
    endpoints.map(endpoint => [
      String(endpoint.id),
      endpoint.name,
      targetOf(endpoint),
      typesOf(endpoint),
      ...limits(endpoint),
      cappedText(endpoint.waiting),
      cappedText(endpoint.dead),
      iso(endpoint.lastDeliveredAt),
      stateOf(endpoint),
    ]),
  );
};

/** What came of a try, in a few words. */
export const resultOf = ({ status, fault }: Pick<TryView, 'status' | 'fault'>): string =>
  fault ?? (status === null ? 'taken' : `taken (${status})`);

const LONGEST_CELL = 100;
const beginningOf = (answer: string | null): string => {
  const text = answer ?? '';
  return text.length <= LONGEST_CELL ? text : `${[...text].slice(0, LONGEST_CELL).join('')}…`;
};

/** An endpoint and the latest attempts, for people. */
export const describeEndpoint = (endpoint: EndpointDetails, workspaces: Workspaces): string => {
  const oldest =
    endpoint.oldestWaitingAt === null ? '' : `, the oldest of ${iso(endpoint.oldestWaitingAt)}`;
  const secrets = endpoint.secrets.map(({ createdAt, until }) =>
    until === null ? `made ${iso(createdAt)}` : `an old one until ${iso(until)}`,
  );
  const facts: readonly (readonly [string, string])[] = [
    ['Endpoint', `${endpoint.id} (${endpoint.name})`],
    [TARGET_NAMES[endpoint.kind], endpoint.kind === 'hook' ? HOOKS : endpoint.target],
    ['State', stateOf(endpoint)],
    ...(endpoint.fault === null ? [] : [['Last fault', endpoint.fault] as const]),
    ['Types', typesOf(endpoint)],
    ['Workspaces', workspacesOf(endpoint, workspaces)],
    ['Pace', `${endpoint.perSecond} a second at most`],
    ['Waiting', `${cappedText(endpoint.waiting)}${oldest}`],
    ['Given up', cappedText(endpoint.dead)],
    ['Delivered', iso(endpoint.lastDeliveredAt)],
    ...(secrets.length === 0 ? [] : [['Secrets', secrets.join('; ')] as const]),
    ['Added', `${iso(endpoint.createdAt)} by ${endpoint.createdBy}`],
  ];
  const lines = formatTable(
    [],
    facts.map(([name, value]) => [`${name}:`, value]),
  ).trim();
  if (endpoint.attempts.length === 0) return `${lines}\n\nNothing has been sent to it yet.`;
  const attempts = formatTable(
    ['ATTEMPT', 'TYPE', 'MESSAGE', 'TOOK', 'RESULT', 'ANSWER'],
    endpoint.attempts.map(each => [
      iso(each.at),
      each.type,
      each.messageId,
      `${each.durationMs} ms`,
      resultOf(each),
      beginningOf(each.answer),
    ]),
  );
  return `${lines}\n\n${attempts}`;
};

/** What came of a test, for people. */
export const describeAnswer = ({ status, fault, answer, durationMs, resumed }: Tested): string => {
  const said = answer === null || answer === '' ? '' : ` It answered: ${answer}`;
  if (fault !== null) return printable(`The test failed after ${durationMs} ms: ${fault}${said}`);
  const how = status === null ? 'It is in the queue' : `The app has taken it (${status})`;
  const next = resumed ? ' What waits for it is sent now.' : '';
  return printable(`${how}, after ${durationMs} ms.${next}${said}`);
};
