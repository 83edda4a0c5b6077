import { z } from 'zod';
import { LEAST_ROLES, type Permission, ROLES } from '../access/permissions.ts';
import { ACCOUNT_STATES, FAILURE_REASONS, RECONCILIATION_STATES } from '../model/outcome.ts';
import { bareId } from '../model/subject.ts';
import { named } from './named.ts';
import { SAMPLE } from './sample.ts';

/* Fields that many answers and parameters have, each with what the document says of it. */

/** A field as the document describes it; what is nullable is made so before, or the description is of half of it. */
export const described = <S extends z.ZodType>(
  schema: S,
  description: string,
  ...examples: readonly unknown[]
): S => schema.meta({ description, ...(examples.length === 0 ? {} : { examples: [...examples] }) });

export const text = (description: string, ...examples: readonly string[]) =>
  described(z.string(), description, ...examples);

/** @param description that says what null means */
export const textOrNull = (description: string, ...examples: readonly string[]) =>
  described(z.string().nullable(), description, ...examples);

export const number = (description: string, ...examples: readonly number[]) =>
  described(z.number(), description, ...examples);

export const flag = (description: string) => described(z.boolean(), description);

/** ISO 8601, in UTC, to the millisecond. */
export const instant = (description: string, example: string = SAMPLE.at) =>
  described(z.iso.datetime(), description, example);
export const instantOrNull = (description: string, example: string = SAMPLE.at) =>
  described(z.iso.datetime().nullable(), description, example);

const subjectText = z.string().min(1).max(600);
export const subjectField = text(
  'The connection: `connected_account:<id>`, or `connect_webview:<id>` of a webview',
  SAMPLE.subject,
);
/** Of a path. */
export const subjectParam = described(
  subjectText,
  'The connection: its subject, or an id that leads to one (of an account, a webview or a user)',
  SAMPLE.subject,
);
export const accountParam = described(
  z.string().min(1).max(600),
  'A connected account: its id, or that of a webview or a user that leads to exactly one; with its kind before it, or bare',
  SAMPLE.account_id,
).transform(bareId);
export const userParam = described(
  z.string().min(1).max(500),
  'A user of your app: the id in your users table',
  SAMPLE.user_id,
);

export const accountId = text('The id of the connected account, as in Seam', SAMPLE.account_id);
export const accountIdOrNull = textOrNull(
  'The id of the connected account, as in Seam; null: it led to none yet',
  SAMPLE.account_id,
);
export const webviewIdOrNull = textOrNull(
  'The id of the Connect Webview that led to it; null: none is known',
  SAMPLE.webview_id,
);
export const workspaceIdOrNull = textOrNull(
  'The id of the Seam workspace; null: not known',
  SAMPLE.workspace_id,
);
export const userId = text('The id of the user, as your users table has it', SAMPLE.user_id);
export const linkedUserId = textOrNull(
  'Who it belongs to: the user that it is linked to now; null: nobody’s',
  SAMPLE.user_id,
);

export const why = (
  description = 'Why it is done: for the audit log, and whoever reads it later',
) => described(z.string(), description, SAMPLE.why);

export const auditId = described(
  z.number().nullable(),
  'The id of the change in the audit log, by which it can be undone',
  318,
);

export const limitOf = (most: number, usual: number) =>
  described(z.int().min(1).max(most).default(usual), `How many to list at most (1 to ${most})`);

export const accountState = named(
  'AccountState',
  'How a connected account stands. Only `connected` (and, for now, `reauthorization_requested`) accounts work.',
  z.enum(ACCOUNT_STATES),
  'connected',
);
export const reconciliationState = named(
  'ConnectionState',
  'How a connection stands. `pending` and `retrying`: a check is to come; `failed`: it needs a person.',
  z.enum(RECONCILIATION_STATES),
  'linked',
);
export const failureReason = named(
  'FailureReason',
  'Why a connection could not be settled; docs/reasons.md explains each.',
  z.enum(FAILURE_REASONS),
  'user_not_found',
);
export const roleField = named(
  'Role',
  'What an operator or a token may do at most; each role may do what those before it may.',
  z.enum(ROLES),
  'support',
);
export const permissionField = named(
  'Permission',
  'One thing that a role allows.',
  z.enum(Object.keys(LEAST_ROLES) as [Permission, ...Permission[]]),
  'retry',
);
