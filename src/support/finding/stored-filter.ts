/*
 * A filter as it is kept (saved views, bulk runs, the audit log). There `user` goes on to mean whom the metadata name, as
 * it did before lists could be asked whose a connection is: so what is kept means what it said when it was written, also
 * to a version before this one. An erasure finds both (support/erasure/scrubber.ts: names that end in `user`).
 */

const KEPT_AS: Readonly<Record<string, string>> = { named: 'user', user: 'linked_user' };
const READ_AS: Readonly<Record<string, string>> = { user: 'named', linked_user: 'user' };

const renamed = (query: URLSearchParams, names: Readonly<Record<string, string>>) =>
  new URLSearchParams(
    [...query].map(([name, value]): [string, string] => [names[name] ?? name, value]),
  );

/** @param filter as in a list's URL @returns as it is kept */
export const toStored = (filter: URLSearchParams): URLSearchParams => renamed(filter, KEPT_AS);

/** @param query as it is kept @returns as in a list's URL */
export const fromStored = (query: string): string =>
  renamed(new URLSearchParams(query), READ_AS).toString();
