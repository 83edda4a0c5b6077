import { readBytes } from './read-bytes.ts';
import { SignatureError } from './signature-error.ts';

type Headers = { get(name: string): string | null };
type Record_ = Readonly<Record<string, string | readonly string[] | undefined>>;
type WebRequest = {
  readonly headers: Headers;
  readonly bodyUsed: boolean;
  readonly body: object | null;
};
type NodeRequest = {
  readonly headers: Record_;
  readonly body?: unknown;
  readonly rawBody?: unknown;
};

/**
 * A request as it came: Express's, Fastify's or Node's own; a web `Request` (Next's route handlers, Deno, Bun, workers); or
 * Hono's context or its `c.req`.
 */
export type SignedRequest =
  | WebRequest
  | NodeRequest
  | { readonly raw: WebRequest }
  | { readonly req: { readonly raw: WebRequest } };

/** What of a request is signed, and how. */
export type Signed = Readonly<{ header: (name: string) => string | undefined; body: string }>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isWeb = (value: unknown): value is WebRequest =>
  isObject(value) && isObject(value.headers) && typeof value.headers.get === 'function';

/** The web request that it is, or that is within (Hono's). */
const webRequestIn = (request: unknown): WebRequest | undefined => {
  if (!isObject(request)) return undefined;
  const { req, raw } = request;
  return [request, raw, isObject(req) ? req.raw : undefined].find(isWeb);
};

/** Names of headers in any case: some runtimes keep them as they were sent. */
const headerOf = (headers: Record_, name: string): string | undefined => {
  const [, value] = Object.entries(headers).find(([key]) => key.toLowerCase() === name) ?? [];
  return typeof value === 'string' ? value : value?.[0];
};

const textOf = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SignatureError('wrong_signature', 'The body is no UTF-8: it is none of ours.');
  }
};

const read = async (from: AsyncIterable<unknown>, limit: number): Promise<string> =>
  textOf(await readBytes(from, limit));

const tooLarge = (limit: number): SignatureError =>
  new SignatureError('body_too_large', `The body is longer than ${limit} bytes.`);

/** Of a body that the app's own parser has left as it came. */
const untouched = (body: unknown, limit: number): string | undefined => {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return undefined;
  if (body.length > limit) throw tooLarge(limit);
  return typeof body === 'string' ? body : textOf(body);
};

const ALREADY_PARSED =
  'The body was parsed before it came to verify, and a signature is of the bytes as they came. ' +
  "In Express: app.post(path, express.raw({ type: 'application/json' }), …) before app.use(express.json()). " +
  "In Fastify: a content type parser with { parseAs: 'buffer' }. Or keep the bytes as request.rawBody.";
const ALREADY_READ =
  'The body was read before it came to verify. Call verify first, in place of request.json(): it gives you the message.';

const isStream = (value: unknown): value is AsyncIterable<unknown> =>
  isObject(value) && Symbol.asyncIterator in value;

/** Whether nobody has begun to read it. */
const isUnread = (stream: object): boolean => {
  const { readableDidRead, readableEnded, destroyed } = stream as Record<string, unknown>;
  return readableDidRead !== true && readableEnded !== true && destroyed !== true;
};

const readNode = async (request: NodeRequest, limit: number): Promise<string> => {
  const kept = untouched(request.rawBody, limit) ?? untouched(request.body, limit);
  if (kept !== undefined) return kept;
  const { raw } = request as { raw?: unknown };
  const stream = [raw, request].find(isStream);
  if (stream !== undefined && isUnread(stream)) return read(stream, limit);
  if (request.body !== undefined && request.body !== null) {
    throw new SignatureError('body_parsed', ALREADY_PARSED);
  }
  throw new SignatureError('body_read', ALREADY_READ);
};

/** A web stream as one that can be iterated: not every runtime's can by itself. */
const chunksOf = async function* (stream: ReadableStream): AsyncGenerator<unknown> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Where it was not read to its end, nobody will.
    await reader.cancel().catch(() => undefined);
  }
};

const readWeb = async ({ body, bodyUsed }: WebRequest, limit: number): Promise<string> => {
  if (bodyUsed) throw new SignatureError('body_read', ALREADY_READ);
  return body === null ? '' : read(chunksOf(body as ReadableStream), limit);
};

/**
 * @param limit how many bytes of a body are read at most
 * @throws SignatureError where the body isn't there as it came
 */
export const readSigned = async (request: SignedRequest, limit: number): Promise<Signed> => {
  const web = webRequestIn(request);
  if (web !== undefined) {
    const header = (name: string) => web.headers.get(name) ?? undefined;
    return { header, body: await readWeb(web, limit) };
  }
  const { headers } = isObject(request) ? (request as unknown as NodeRequest) : {};
  if (!isObject(headers)) {
    throw new TypeError(
      'verify takes a request: of Express, Fastify or Node, a web Request, or Hono’s context.',
    );
  }
  return {
    header: name => headerOf(headers, name),
    body: await readNode(request as NodeRequest, limit),
  };
};
