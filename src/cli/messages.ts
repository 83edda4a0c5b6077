import type { Env } from '../config/config.ts';
import type { MessageType } from '../model/message.ts';
import { subjectsOf } from '../support/cases/find.ts';
import type { Desk } from '../support/desk.ts';
import { listMessages, messagesOf, readMessage } from '../support/endpoints/messages.ts';
import { sendAgain } from '../support/endpoints/send-again.ts';
import type { MessageDetails, MessagesPage, MessageView } from '../support/endpoints/types.ts';
import { nothingFound } from './cases.ts';
import { CommandError, EXIT } from './exit.ts';
import { tellExport } from './export.ts';
import { describeMessage, formatMessages } from './messages-text.ts';
import { type Output, openDesk } from './open.ts';
import { printJson, printLine, printNotice } from './print.ts';
import { toSnakeCase } from './snake-case.ts';

type ListOptions = Output & {
  plain?: true;
  connection?: string;
  account?: string;
  user?: string;
  type?: MessageType[];
  since?: Date;
  until?: Date;
  after?: number;
  before?: number;
  limit: number;
};

/** `message list`. */
export const messageList = async (
  env: Env,
  { json, plain, connection, type, ...rest }: ListOptions,
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const filter = { ...rest, types: type };
  const { messages, more }: MessagesPage<MessageView & Partial<MessageDetails>> =
    connection === undefined
      ? await listMessages(desk, actor, filter)
      : await messagesOf(desk, actor, await theSubject(desk, connection), rest.limit);
  if ((json || plain) && messages.length > 0) {
    await tellExport(
      desk.pool,
      actor,
      'messages',
      toParams({ ...filter, connection }),
      messages.length,
    );
  }
  if (json) printJson({ messages: toSnakeCase(messages), more });
  else if (messages.length > 0) printLine(formatMessages(messages, { plain }));
  else printNotice('Nothing matches.');
  if (!json && more) printNotice(moreOf(messages, filter));
  return EXIT.done;
};

/** How to go on. */
const moreOf = (
  messages: readonly MessageView[],
  { after }: Pick<ListOptions, 'after'>,
): string => {
  const last = messages.at(-1)?.position ?? 0;
  return `These are ${messages.length}. For more: --${after === undefined ? 'before' : 'after'} ${last}`;
};

/** What was filtered by, as it stands in an address. */
const toParams = (filter: Readonly<Record<string, unknown>>): URLSearchParams =>
  new URLSearchParams(
    Object.entries(filter).flatMap(([name, value]): [string, string][] => {
      if (value === undefined || name === 'limit') return [];
      return [[name, value instanceof Date ? value.toISOString() : String(value)]];
    }),
  );

/** The connection that an id leads to; of several, of one and the same account, any. @throws CommandError */
const theSubject = async ({ pool }: Desk, id: string): Promise<string> => {
  const subjects = await subjectsOf(pool, id);
  const [subject] = subjects;
  if (subject === undefined) throw nothingFound(id);
  const accounts = subjects.filter(each => each.startsWith('connected_account:'));
  const [account = subject, another] = accounts;
  if (another === undefined && (accounts.length === 1 || subjects.length === 1)) return account;
  const list = subjects.map(each => `  ${each}`);
  throw new CommandError(
    [`'${id}' leads to ${subjects.length} connections. Say which one:`, ...list].join('\n'),
    EXIT.refused,
  );
};

/** `message show <message id>`. */
export const messageShow = async (env: Env, id: string, { json }: Output): Promise<number> => {
  await using opened = openDesk(env);
  const message = await readMessage(opened.desk, opened.actor, id);
  if (json) printJson(toSnakeCase(message));
  else printLine(describeMessage(message));
  return EXIT.done;
};

/** `message send <message id>`. */
export const messageSend = async (
  env: Env,
  id: string,
  { endpoint, why, json }: Output & { endpoint?: number; why?: string },
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const { endpoints } = await sendAgain(desk, actor, id, { endpointId: endpoint, why });
  if (json) printJson({ message_id: id, endpoints });
  else printLine(`${id} will be sent again to endpoint ${endpoints.join(', ')}.`);
  return EXIT.done;
};
