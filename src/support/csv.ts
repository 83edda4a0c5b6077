/**
 * What a spreadsheet would take for a formula (OWASP, "CSV Injection"), also behind spaces and in full
 * width; a quote before it makes it text.
 */
const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;

const cell = (value: string | null): string => {
  const text = value === null ? '' : FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** One line of CSV (RFC 4180), safe to open in a spreadsheet whatever came from outside; null is empty. */
export const csvLine = (values: readonly (string | null)[]): string => values.map(cell).join(',');
