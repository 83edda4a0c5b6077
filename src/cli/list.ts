import type { Config, Env } from '../config/config.ts';
import { workspaceLabel } from '../config/workspaces.ts';
import { formatFilter, parseFilter } from '../support/finding/connection-filter.ts';
import { type ConnectionRow, personOf } from '../support/finding/connection-row.ts';
import { listConnections } from '../support/finding/list.ts';
import { toStored } from '../support/finding/stored-filter.ts';
import { reasonSentence } from '../support/words/reason-words.ts';
import { assignedMeant } from './assigned.ts';
import { inColor, styleOf } from './color.ts';
import { EXIT } from './exit.ts';
import { tellExport } from './export.ts';
import type { FilterOptions } from './filter-options.ts';
import { type Output, openDesk } from './open.ts';
import { formatPlain, formatTable, printJson, printLine, printNotice } from './print.ts';

type Workspaces = Config['workspaces'];

const whoOf = (row: ConnectionRow): string => {
  const id = personOf(row);
  if (id === null) return '-';
  const name = row.user_name === null ? id : `${row.user_name} (${id})`;
  if (row.user_id === null) return `${name} (not linked)`;
  if (row.provisional) return `${name} (provisional)`;
  return row.linked_by === 'person' ? `${name} (by hand)` : name;
};

const whyOf = ({ reason }: ConnectionRow): string =>
  reason === null ? '' : `${reasonSentence(reason)} (${reason})`;

/** `disconnected since 2026-11-22T14:00:00.000Z` */
const accountStateOf = ({ account_state: state, account_state_since: since }: ConnectionRow) => {
  if (state === null) return '-';
  return state === 'connected' || since === null ? state : `${state} since ${since}`;
};

/** Connections as a table for people, or as lines with tabs for programs. */
export const formatConnections = (
  rows: readonly ConnectionRow[],
  workspaces: Workspaces,
  { plain }: { plain?: true | undefined },
): string => {
  if (plain === true) return formatPlain(rows.map(toPlain));
  const isOfSeveral = new Set(rows.map(row => row.workspace_id)).size > 1;
  const workspaceOf = (row: ConnectionRow): string[] =>
    isOfSeveral ? [workspaceLabel(workspaces, row.workspace_id) ?? '-'] : [];
  return formatTable(
    [
      'STATE',
      ...(isOfSeveral ? ['WORKSPACE'] : []),
      'SUBJECT',
      'ACCOUNT',
      'ACCOUNT STATE',
      'USER',
      'CHANGED',
      'WHY',
    ],
    rows.map(row => [
      row.state,
      ...workspaceOf(row),
      row.subject,
      [row.account_type, row.account_identifier, row.connected_account_id]
        .filter(Boolean)
        .join(' ') || '-',
      accountStateOf(row),
      whoOf(row),
      row.updated_at,
      whyOf(row),
    ]),
    (cell, index, column) => {
      const row = rows[index];
      return column === 0 && row !== undefined ? inColor(styleOf(row), cell) : cell;
    },
  );
};

/** Always the same columns, in the same order. */
const toPlain = (row: ConnectionRow): string[] =>
  [
    row.state,
    row.reason,
    row.subject,
    personOf(row),
    row.connect_webview_id,
    row.connected_account_id,
    row.account_identifier,
    row.updated_at,
  ].map(cell => cell ?? '');

type ListOptions = Output &
  FilterOptions & {
    plain?: true;
    workspace?: string;
    since?: string;
    until?: string;
    cursor?: string;
    limit: number;
  };

/** `list`. */
export const list = async (env: Env, options: ListOptions): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const { json, plain, limit, cursor = null, workspace, ...fields } = options;
  const { workspaces } = desk.config;
  const named = workspaces.find(({ name }) => name !== null && name === workspace)?.id;
  const assigned = await assignedMeant(desk, actor, fields.assigned);
  const filter = parseFilter({ ...fields, assigned, workspace: named ?? workspace });
  const page = await listConnections(desk, actor, filter, { limit, cursor });
  const { connections, nextCursor, count } = page;
  if ((json || plain) && connections.length > 0) {
    await tellExport(
      desk.pool,
      actor,
      'connections',
      toStored(formatFilter(filter)),
      connections.length,
    );
  }
  if (json) {
    printJson({
      reconciliations: connections,
      more: nextCursor !== null,
      next_cursor: nextCursor,
      count: count?.number ?? null,
      count_is_capped: count?.isCapped ?? true,
    });
    return EXIT.done;
  }
  if (connections.length === 0) {
    printNotice('Nothing matches.');
    return EXIT.done;
  }
  printLine(formatConnections(connections, workspaces, { plain }));
  if (nextCursor !== null) {
    const all = count === null ? 'more' : `${count.number}${count.isCapped ? '+' : ''}`;
    printNotice(`These are ${connections.length} of ${all}. For more: --cursor ${nextCursor}`);
  }
  return EXIT.done;
};
