/**
 * What a spreadsheet would take for a formula (OWASP, "CSV Injection"), also behind spaces and in full
 * width; a quote before it makes it text.
 */
const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;

/**
 * The same after what begins a new cell where a spreadsheet parts them otherwise than we do: by the `;` or tab
 * of its country's settings, for which our quotes in the middle of a line are no quotes.
 */
const FORMULA_INSIDE = /([;\t\r\n][^\S\t\r\n]*"*)(?=[=+\-@＝＋－＠])/g;

const cell = (value: string | null): string => {
  const inside = (value ?? '').replace(FORMULA_INSIDE, "$1'");
  const text = FORMULA.test(inside) ? `'${inside}` : inside;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** One line of CSV (RFC 4180), safe to open in a spreadsheet whatever came from outside; null is empty. */
export const csvLine = (values: readonly (string | null)[]): string => values.map(cell).join(',');
