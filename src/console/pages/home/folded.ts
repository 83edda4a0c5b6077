import { type Html, html } from '../../view/html.ts';

/** So many rows of a table are in sight; then the next table is, too. */
const SHOWN = 5;

/**
 * The first rows of a table, and a fold with the others.
 *
 * @param id of its heading, unique on the page
 * @param table of some of the rows, and what it is called
 * @param more what the fold says: `10 more reasons: 88 connections`
 */
export const folded = <Row>(
  { id, title, rows }: Readonly<{ id: string; title: string; rows: readonly Row[] }>,
  table: (rows: readonly Row[], label: string) => Html,
  more: (rows: readonly Row[]) => string,
): Html | null => {
  if (rows.length === 0) return null;
  // A fold for a single row would take as much room as the row.
  const shown = rows.length === SHOWN + 1 ? rows.length : SHOWN;
  const others = rows.slice(shown);
  return html`<section class="folded" aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${table(rows.slice(0, shown), title)}
    ${others.length === 0 ? '' : html`<details><summary>${more(others)}</summary>${table(others, `${title}, continued`)}</details>`}
  </section>`;
};
