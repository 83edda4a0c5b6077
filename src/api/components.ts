import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

type JsonSchema = Record<string, unknown>;

/** Collects the schemas that have a name, and tells of the others. */
export type Components = Readonly<{
  /**
   * The schema as the document writes it: a `$ref` where it has a name. (`named` gives it one.)
   *
   * @param io of what is sent, or of what is answered
   * @throws where it is another one than is known under its name
   */
  schemaOf: (schema: z.ZodType, io: 'input' | 'output') => JsonSchema;
  /** Those that have a name, by it. */
  all: () => Readonly<Record<string, JsonSchema>>;
}>;

const HERE = '#/$defs/';
const THERE = '#/components/schemas/';

/** What refers to a schema by its name does so where OpenAPI has them. Their `id` is Zod's own. */
const written = (value: unknown, io: 'input' | 'output'): unknown => {
  if (Array.isArray(value)) return value.map(each => written(each, io));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(
    // An answer may gain fields: a program that refused those would break by it.
    ([key, own]) => !(io === 'output' && key === 'additionalProperties' && own === false),
  );
  return Object.fromEntries(
    fields.map(([key, own]) => [
      key,
      key === '$ref' && typeof own === 'string'
        ? own.replace(HERE, THERE)
        : // Not within an example, which has fields of its own.
          key === 'examples' || key === 'default'
          ? own
          : written(own, io),
    ]),
  );
};

export const createComponents = (): Components => {
  const known = new Map<string, JsonSchema>();
  const learn = (name: string, { id: _, ...schema }: JsonSchema): void => {
    const before = known.get(name);
    if (before !== undefined && !isDeepStrictEqual(before, schema)) {
      throw new Error(`two schemas of the API are called ${name}: give one another name`);
    }
    known.set(name, schema);
  };
  return {
    schemaOf: (schema, io) => {
      const made = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
      const { $schema: _, $defs = {}, ...own } = written(made, io) as JsonSchema;
      for (const [name, def] of Object.entries($defs as Record<string, JsonSchema>)) {
        learn(name, def);
      }
      return own;
    },
    all: () => Object.fromEntries([...known].toSorted(([one], [other]) => (one < other ? -1 : 1))),
  };
};
