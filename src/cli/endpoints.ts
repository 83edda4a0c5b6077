import type { Env } from '../config/config.ts';
import type { EndpointKind, MessageType } from '../model/message.ts';
import { UNITS_MS } from '../model/moment.ts';
import { workspacesNamed } from '../operators/token-rights.ts';
import { addEndpoint } from '../support/endpoints/add.ts';
import { changeEndpoint } from '../support/endpoints/change.ts';
import { disableEndpoint, enableEndpoint, type Missed } from '../support/endpoints/enable.ts';
import { listEndpoints, readEndpoint, viewEndpoint } from '../support/endpoints/read.ts';
import { removeEndpoint } from '../support/endpoints/remove.ts';
import { rotateSecret } from '../support/endpoints/secret.ts';
import { testEndpoint } from '../support/endpoints/test.ts';
import type { EndpointView } from '../support/endpoints/types.ts';
import { confirm } from './confirm.ts';
import { describeAnswer, describeEndpoint, formatEndpoints } from './endpoints-text.ts';
import { EXIT } from './exit.ts';
import { type Output, openDesk } from './open.ts';
import { printJson, printLine, printNotice } from './print.ts';
import { toSnakeCase } from './snake-case.ts';

const KEEP = 'It is shown only once: give it to the app now, and keep it nowhere else.';

const named = ({ id, name }: Pick<EndpointView, 'id' | 'name'>): string => `${id} (${name})`;

/** As the API has it. */
const toJson = ({ waiting, dead, ...endpoint }: EndpointView): unknown =>
  toSnakeCase({
    ...endpoint,
    ...{ waiting: waiting.number, waitingIsCapped: waiting.isCapped },
    ...{ dead: dead.number, deadIsCapped: dead.isCapped },
  });

type AddOptions = Output & {
  kind: EndpointKind;
  type?: MessageType[];
  workspace?: string[];
  rate?: number;
  why?: string;
};

/** `endpoint add <name> <target>`: the secret is alone on stdout, and only now. */
export const endpointAdd = async (
  env: Env,
  name: string,
  target: string,
  { kind, type, workspace, rate, why, json }: AddOptions,
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const { endpoint, secret, warning } = await addEndpoint(desk, actor, {
    ...{ name, kind, target, why, perSecond: rate },
    types: type,
    workspaces: workspacesNamed(desk.config.workspaces, workspace),
  });
  if (json) printJson({ endpoint: toJson(endpoint), secret, warning });
  else if (secret !== null) printLine(secret);
  const added = `Endpoint ${named(endpoint)} is added: ${endpoint.target}.`;
  const signed = secret === null ? '' : ` The app verifies messages with this secret. ${KEEP}`;
  printNotice(`${added}${signed} Try it with "endpoint test ${endpoint.id}".`);
  if (warning !== null) printNotice(warning);
  return EXIT.done;
};

/** `endpoint list`. */
export const endpointList = async (env: Env, { json }: Output): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const endpoints = await listEndpoints(desk, actor);
  if (json) printJson({ endpoints: endpoints.map(toJson) });
  else if (endpoints.length > 0) printLine(formatEndpoints(endpoints, desk.config.workspaces));
  else printNotice('There are no endpoints yet: add one with "endpoint add".');
  return EXIT.done;
};

/** `endpoint show <id>`. */
export const endpointShow = async (env: Env, id: number, { json }: Output): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const endpoint = await readEndpoint(desk, actor, id);
  if (json) printJson(toJson(endpoint));
  else printLine(describeEndpoint(endpoint, desk.config.workspaces));
  return EXIT.done;
};

type ChangeOptions = Output & {
  name?: string;
  target?: string;
  type?: MessageType[];
  allTypes?: true;
  workspace?: string[];
  allWorkspaces?: true;
  rate?: number;
  why?: string;
};

/** `endpoint change <id>`. */
export const endpointChange = async (
  env: Env,
  id: number,
  { type, allTypes, workspace, allWorkspaces, rate, json, ...rest }: ChangeOptions,
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const workspaces =
    workspace === undefined ? undefined : workspacesNamed(desk.config.workspaces, workspace);
  const { endpoint, dropped } = await changeEndpoint(desk, actor, id, {
    ...rest,
    types: allTypes ? null : type,
    workspaces: allWorkspaces ? null : workspaces,
    perSecond: rate,
  });
  if (json) printJson({ endpoint: toJson(endpoint), dropped });
  else printLine(formatEndpoints([endpoint], desk.config.workspaces));
  if (dropped > 0) printNotice(`${dropped} that waited will not be sent: it wants them no more.`);
  return EXIT.done;
};

/** `endpoint test <id>`: exits 1 where it failed. */
export const endpointTest = async (env: Env, id: number, { json }: Output): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const answer = await testEndpoint(desk, actor, id);
  if (json) printJson(toSnakeCase(answer));
  else printLine(describeAnswer(answer));
  return answer.fault === null ? EXIT.done : EXIT.failed;
};

/** `endpoint rotate <id>`: the new secret is alone on stdout. */
export const endpointRotate = async (
  env: Env,
  id: number,
  { overlap, why, yes, json }: Output & { overlap?: number; why?: string; yes?: true },
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const endpoint = await viewEndpoint(desk, actor, id);
  if (overlap === 0) {
    const question = `Rotate the secret of endpoint ${named(endpoint)} without an overlap? Until the app has the new one, it will reject what it is sent.`;
    await confirm(question, yes === true);
  }
  const overlapHours = overlap === undefined ? undefined : overlap / UNITS_MS.h;
  const { secret, formerUntil } = await rotateSecret(desk, actor, id, { overlapHours, why });
  if (json) printJson(toSnakeCase({ secret, formerSecretUntil: formerUntil }));
  else printLine(secret);
  const former =
    overlap === 0
      ? 'The old secret signs no more.'
      : `The old secret signs, too, until ${formerUntil.toISOString()}.`;
  printNotice(`Endpoint ${named(endpoint)} has a new secret. ${KEEP} ${former}`);
  return EXIT.done;
};

/** `endpoint disable <id> --why <text>`. */
export const endpointDisable = async (
  env: Env,
  id: number,
  { why, json }: Output & { why: string },
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  await disableEndpoint(desk, actor, id, { why });
  const endpoint = await viewEndpoint(desk, actor, id);
  if (json) printJson({ endpoint: toJson(endpoint) });
  else printLine(`Endpoint ${named(endpoint)} is disabled. What waits for it keeps waiting.`);
  return EXIT.done;
};

/** `endpoint enable <id> --missed <what>`. */
export const endpointEnable = async (
  env: Env,
  id: number,
  { missed, why, json }: Output & { missed: Missed; why?: string },
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const { owed } = await enableEndpoint(desk, actor, id, { missed, why });
  const endpoint = await viewEndpoint(desk, actor, id);
  const what =
    missed === 'send' ? `${owed} that it missed will be sent.` : 'What it missed is skipped.';
  if (json) printJson({ endpoint: toJson(endpoint), owed });
  else printLine(`Endpoint ${named(endpoint)} is enabled. ${what}`);
  return EXIT.done;
};

/** `endpoint remove <id> --why <text>`. */
export const endpointRemove = async (
  env: Env,
  id: number,
  { why, yes, json }: Output & { why: string; yes?: true },
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const endpoint = await viewEndpoint(desk, actor, id);
  const question = `Remove endpoint ${named(endpoint)}, ${endpoint.target}, with all that waits for it and was sent to it? This can't be undone.`;
  await confirm(question, yes === true);
  await removeEndpoint(desk, actor, id, { why });
  if (json) printJson({ removed: true });
  else printLine(`Endpoint ${named(endpoint)} is removed.`);
  return EXIT.done;
};
