/** Names as JSON has them: `perSecond` → `per_second`. What is in JSON's own form already (`data`) stays as it is. */
export const toSnakeCase = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(toSnakeCase);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
      name === 'data' ? each : toSnakeCase(each),
    ]),
  );
};
