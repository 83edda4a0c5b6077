import { html as escaping } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { baseHere } from '../../http/mount.ts';

/** Markup in which whatever came from outside has been escaped. */
export type Html = HtmlEscapedString;
type Value = Html | string | number | null | undefined | false | readonly Value[];

/**
 * A template whose values are escaped, in text and in quoted attributes: so every attribute is quoted, and
 * every link goes through `href`. null, undefined and false are nothing.
 */
export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Html => {
  const made = escaping(strings, ...values.map(toValue));
  // Only where a value is a promise, which no Value is.
  if (made instanceof Promise) throw new TypeError('a template waits for nothing');
  return made;
};

const toValue = (value: Value): unknown => {
  if (Array.isArray(value)) return value.map(toValue);
  return value === null || value === undefined || value === false ? '' : value;
};

/** A link to somewhere in here: parts are encoded, so none of them can lead elsewhere. */
export const href = (
  parts: readonly (string | number)[],
  query: Readonly<Record<string, string | number | undefined>> | URLSearchParams = {},
): string => {
  const path = `${baseHere()}/support${parts.map(part => `/${encodeURIComponent(part)}`).join('')}`;
  const params =
    query instanceof URLSearchParams
      ? query
      : new URLSearchParams(
          Object.entries(query).flatMap(([name, value]): [string, string][] =>
            value === undefined || value === '' ? [] : [[name, String(value)]],
          ),
        );
  return params.size === 0 ? path : `${path}?${params}`;
};
