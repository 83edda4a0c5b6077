import type { Actor } from '../access/actor.ts';
import type { BulkAction, BulkGiven } from '../model/bulk.ts';
import type { BulkOrder } from '../support/bulk/actions.ts';
import type { Desk } from '../support/desk.ts';
import { operatorOf } from '../support/shifts/names.ts';
import { whomIsMeant } from '../support/shifts/people.ts';
import { CommandError, EXIT } from './exit.ts';

/** What `bulk plan` is told to do to each. */
export type OrderOptions = Readonly<{
  action?: BulkAction;
  note?: string;
  to?: string;
  toUser?: string;
  byMetadata?: true;
  withoutPrefix?: string;
  withPrefix?: string;
  byEmail?: true;
}>;

/** Which action each option belongs to. */
const BELONGS_TO = {
  note: 'note',
  to: 'assign',
  toUser: 'link',
  byMetadata: 'link',
  withoutPrefix: 'link',
  withPrefix: 'link',
  byEmail: 'link',
} as const satisfies Record<Exclude<keyof OrderOptions, 'action'>, BulkAction>;

/** @throws CommandError for what the action doesn't take, or lacks; SupportError where there is no such operator */
export const orderIn = async (
  { pool }: Pick<Desk, 'pool'>,
  actor: Actor,
  options: OrderOptions,
): Promise<BulkOrder> => {
  const { action = 'retry' } = options;
  const strange = (Object.keys(BELONGS_TO) as (keyof typeof BELONGS_TO)[]).find(
    name => options[name] !== undefined && BELONGS_TO[name] !== action,
  );
  if (strange !== undefined) {
    throw new CommandError(
      `${flagOf(strange)} is for --action ${BELONGS_TO[strange]} only.`,
      EXIT.usage,
    );
  }
  return { action, given: { ...plainly(options), ...(await assigned(pool, actor, options)) } };
};

const flagOf = (name: string): string =>
  `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;

const plainly = ({
  note,
  toUser,
  byMetadata,
  withoutPrefix,
  withPrefix,
  byEmail,
}: OrderOptions): BulkGiven => ({
  ...(note === undefined ? {} : { text: note }),
  ...(toUser === undefined ? {} : { userId: toUser }),
  ...(byMetadata === undefined ? {} : { withoutPrefix: '' }),
  ...(withoutPrefix === undefined ? {} : { withoutPrefix }),
  ...(withPrefix === undefined ? {} : { withPrefix }),
  ...(byEmail === undefined ? {} : { byEmail }),
});

const assigned = async (
  pool: Desk['pool'],
  actor: Actor,
  { to }: OrderOptions,
): Promise<BulkGiven> => {
  if (to === undefined) return {};
  const meant = await whomIsMeant(pool, actor, to);
  if (meant === 'nobody') return { operatorId: null };
  return { operatorId: meant === 'me' ? (operatorOf(actor) ?? 0) : meant };
};
