import type { z } from 'zod';

/**
 * A schema that has a name in the document (`components/schemas`): written once there, and referred to wherever it
 * stands. What a route takes as its body and what it answers have one each; so has what several routes have in common.
 *
 * @param name in the manner of types, unique: `LinkFeed`
 * @param description a sentence for whoever reads the document
 * @param schema of which each field is described
 * @param example as it would really look
 */
export const named = <S extends z.ZodType>(
  name: string,
  description: string,
  schema: S,
  example: z.input<S>,
): S => schema.meta({ id: name, description, examples: [example] });
