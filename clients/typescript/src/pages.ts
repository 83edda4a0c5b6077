/**
 * Goes through a list page by page, for as long as there are more.
 *
 * ```ts
 * for await (const { accounts } of pages(at => client.listAccounts({ query: { state: 'disconnected', ...at } }))) …
 * ```
 *
 * @param read reads one page: give `at` on as part of its query
 * @throws whatever `read` throws
 */
export async function* pages<Page extends { next_cursor: string | null }>(
  read: (at: { cursor?: string }) => Promise<Page>,
): AsyncGenerator<Page, void, undefined> {
  let at: { cursor?: string } = {};
  for (;;) {
    const page = await read(at);
    yield page;
    if (page.next_cursor === null) return;
    at = { cursor: page.next_cursor };
  }
}
