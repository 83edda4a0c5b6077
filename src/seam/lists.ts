import { z } from 'zod';
import { type ConnectedAccount, connectedAccountSchema } from './resources.ts';

/** An event as Seam lists it: the very object that a webhook's body would have been. */
export type ListedEvent = Readonly<Record<string, unknown>>;

/** Source: Seam's API reference, "List Events". */
export const eventPageSchema = z.object({ events: z.array(z.record(z.string(), z.unknown())) });

/** One page of accounts, and the cursor of the next; null after the last. */
export type AccountPage = Readonly<{
  accounts: readonly ConnectedAccount[];
  nextCursor: string | null;
}>;

/**
 * Without `pagination` it is no page: taken for the last one, all accounts after it would look gone.
 * Source: Seam's API reference, "List Connected Accounts" and "Pagination".
 */
export const accountPageSchema = z
  .object({
    connected_accounts: z.array(connectedAccountSchema),
    pagination: z
      .object({ has_next_page: z.boolean(), next_page_cursor: z.string().min(1).nullish() })
      .refine(({ has_next_page, next_page_cursor }) => !has_next_page || next_page_cursor, {
        error: 'there is a next page but no cursor',
      }),
  })
  .transform(({ connected_accounts, pagination }) => ({
    accounts: connected_accounts,
    nextCursor: pagination.has_next_page ? (pagination.next_page_cursor ?? null) : null,
  }));
