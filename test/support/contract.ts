import { z } from 'zod';
import { inOrder } from '../../src/api/app.ts';
import { createOpenApiDocument } from '../../src/api/openapi.ts';
import { API_ROUTES } from '../../src/api/routes.ts';

type Part = { $ref?: string; content?: { 'application/json'?: { schema?: Part } } };
type Document = {
  paths: Record<string, Record<string, { responses: Record<string, Part> }>>;
};

let made: Document | undefined;
const document = (): Document => {
  // As whoever fetches it reads it.
  made ??= JSON.parse(JSON.stringify(createOpenApiDocument(API_ROUTES, ''))) as Document;
  return made;
};

const resolve = (part: Part | undefined): Part | undefined => {
  if (part?.$ref === undefined) return part;
  const parts = part.$ref.replace('#/', '').split('/');
  return parts.reduce<unknown>(
    (at, key) => (at as Record<string, unknown>)[key],
    document(),
  ) as Part;
};

const schemas = new Map<string, z.ZodType>();

/** @returns null where the document has no such path or method: then it must be an error of the frame */
const schemaOf = (method: string, path: string, status: number): z.ZodType | null => {
  const [pathname = ''] = path.split('?');
  const route = inOrder(API_ROUTES).find(
    each =>
      each.method === method.toLowerCase() &&
      new RegExp(`^${each.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
  );
  if (route === undefined) return null;
  const key = `${route.operationId} ${status}`;
  const known = schemas.get(key);
  if (known !== undefined) return known;
  const response = document().paths[route.path]?.[route.method]?.responses[String(status)];
  const json = resolve(resolve(response)?.content?.['application/json']?.schema);
  if (json === undefined) throw new Error(`${key} is not in the OpenAPI document`);
  const schema = z.fromJSONSchema(json as Parameters<typeof z.fromJSONSchema>[0]);
  schemas.set(key, schema);
  return schema;
};

/**
 * Checks an answer of the API against what its OpenAPI document says of it.
 *
 * @throws Error for a status that isn't documented, or a body that isn't as documented
 */
export const insistOnContract = (
  method: string,
  path: string,
  status: number,
  body: unknown,
): void => {
  const parsed = schemaOf(method, path, status)?.safeParse(body);
  if (parsed === undefined || parsed.success) return;
  throw new Error(
    `${method} ${path} answered ${status} otherwise than documented: ${z.prettifyError(parsed.error)}\n${JSON.stringify(body, null, 1)}`,
  );
};
