import { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { Permission } from '../access/permissions.ts';
import type { Desk } from '../support/desk.ts';
import type { Reach } from './reach.ts';
import type { Tag } from './tags.ts';

/** One call, its parts checked against the route's schemas. */
type Call<Params, Query, Body> = Readonly<{
  desk: Desk;
  actor: Actor;
  params: Params;
  query: Query;
  body: Body;
  publicUrl: string;
}>;

type Schema = z.ZodType;

/** What is only read may be given where something is asked for that could be written. */
type Given<T> = T extends readonly (infer Each)[]
  ? readonly Given<Each>[]
  : T extends object
    ? { readonly [Key in keyof T]: Given<T[Key]> }
    : T;

/** One operation of the API: what the document says of it is what is checked. */
export type ApiRoute<
  Params extends Schema = Schema,
  Query extends Schema = Schema,
  Body extends Schema = Schema,
  Answer extends Schema = Schema,
> = Readonly<{
  method: 'get' | 'post' | 'patch' | 'delete';
  /** Below `/api/v1`, as OpenAPI writes it: `/connections/{subject}`. */
  path: string;
  needs: Permission;
  /** How far it reaches, for tokens that are limited to some workspaces. */
  reach: Reach;
  /** A name for programs, unique: `retryConnection`. */
  operationId: string;
  /** What it is about. */
  tag: Tag;
  summary: string;
  /** Each parameter with a description, and an example where its values aren't listed. */
  params?: Params;
  query?: Query;
  /** This and `answer`: a `named` schema (named.ts), each field described. */
  body?: Body;
  answer: Answer;
  status?: 200 | 201 | 202;
  /** Of a list that tells of people: how many rows of it the answer holds. Taking them is told of, as an export is. */
  rows?: (answer: z.output<Answer>) => number;
  /** It goes on from a place that may not be kept any more: 410. */
  mayBeGone?: true;
  /** Its answer holds what is shown this once (a token, a sign-in link): it is not kept for a second time. */
  answersSecret?: true;
  /** @throws SupportError */
  handle: (
    call: Call<z.output<Params>, z.output<Query>, z.output<Body>>,
  ) => Promise<Given<z.input<Answer>>>;
}>;

/** What nobody has heard of is refused, rather than passed over: it may be a slip of the pen. Its name stays. */
const strictly = <S extends Schema>(schema: S | undefined): S | undefined => {
  if (!(schema instanceof z.ZodObject)) return schema;
  const strict: z.ZodObject = schema.strict();
  return strict.meta(schema.meta() ?? {}) as Schema as S;
};

/** Lets the schemas say what the handler is given, and must give. */
export const apiRoute = <
  Params extends Schema,
  Query extends Schema,
  Body extends Schema,
  Answer extends Schema,
>(
  route: ApiRoute<Params, Query, Body, Answer>,
): ApiRoute => {
  const { params, query, body } = route;
  const strict = { params: strictly(params), query: strictly(query), body: strictly(body) };
  return { ...route, ...strict } as unknown as ApiRoute;
};
