import express, { type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { invalid } from '../access/errors.ts';
import { HttpError } from '../http/errors.ts';
import { faultWords } from './fault-words.ts';

const BODY_LIMIT = '256kb';

/** Whatever its type: a body that nobody reads would be taken for none. */
const readBytes = express.raw({ type: () => true, limit: BODY_LIMIT, inflate: false });

const untilRead = (read: RequestHandler, request: Request, response: Response): Promise<void> =>
  new Promise((resolve, reject) => {
    read(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error);
    });
  });

/**
 * What a request's body says; an absent one says nothing, `{}`.
 *
 * @throws HttpError 400 for what is no JSON, 415 for what isn't sent as JSON; 413 is the body parser's
 */
export const readBody = async (request: Request, response: Response): Promise<unknown> => {
  await untilRead(readBytes, request, response);
  const bytes: unknown = request.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return {};
  if (!request.is('application/json')) {
    const message = 'Send JSON, with content-type application/json.';
    throw new HttpError(415, 'unsupported_media_type', message);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw new HttpError(400, 'bad_request', "The body isn't valid JSON in UTF-8.");
  }
};

/** What a parameter says, in the type that its schema wants: all that an address holds is text. */
type Kind = 'text' | 'number' | 'boolean' | 'list';

/** The kind of each parameter of a schema, by its name. */
export const kindsOf = (schema: z.ZodType): ReadonlyMap<string, Kind> => {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return new Map(
    Object.entries(properties).map(([name, own]) => [
      name,
      KINDS[typeof own === 'object' ? String(own.type) : ''] ?? 'text',
    ]),
  );
};

const KINDS: Readonly<Record<string, Kind>> = {
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  array: 'list',
};

/** Text that says nothing of its kind stays text, for the schema to refuse. */
const toKind = (kind: Kind, texts: readonly string[]): unknown => {
  if (kind === 'list') return texts;
  const [text = ''] = texts;
  if (texts.length > 1) return texts;
  if (kind === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
};

/** Parameters of an address, each in its kind; one that is given several times is a list. */
export const readParameters = (
  kinds: ReadonlyMap<string, Kind>,
  given: Iterable<readonly [string, string]>,
): unknown => {
  const texts = Map.groupBy(given, ([name]) => name);
  return Object.fromEntries(
    [...texts].map(([name, pairs]) => [
      name,
      toKind(
        kinds.get(name) ?? 'text',
        pairs.map(([, text]) => text),
      ),
    ]),
  );
};

const MOST_FAULTS = 20;
const LONGEST_PLACE = 100;
const NOTHING = z.strictObject({});

/**
 * What was given, as its schema has it; where there is no schema, nothing may be given.
 *
 * @param where `path`, `query` or `body`
 * @throws SupportError `invalid` that names each fault by its place
 */
export const check = (schema: z.ZodType | undefined, given: unknown, where: string): unknown => {
  const parsed = (schema ?? NOTHING).safeParse(given, { error: faultWords });
  const faults = parsed.success
    ? unstorable(parsed.data, where)
    : faultsOf(parsed.error.issues, where);
  if (faults.length === 0) return parsed.data;
  throw invalid(
    Object.fromEntries(
      faults
        .slice(0, MOST_FAULTS)
        .map(([place, why]) => [place.slice(0, LONGEST_PLACE), why] as const)
        .map(([place, why]) => [place, `${place}: ${why}`]),
    ),
  );
};

type Fault = readonly [place: string, why: string];

const faultsOf = (issues: readonly z.core.$ZodIssue[], where: string): Fault[] =>
  issues.flatMap((issue): Fault[] => {
    const place = [where, ...issue.path].map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map(key => [`${place}.${key}`, issue.message]);
    }
    if (issue.code !== 'invalid_union') return [[place, issue.message]];
    const nearest = nearestOf(issue.errors);
    return nearest.length === 0 ? [[place, issue.message]] : faultsOf(nearest, place);
  });

/** How many fields say that another form is meant. */
const othersIn = (form: readonly z.core.$ZodIssue[]): number =>
  form.filter(({ code }) => code === 'invalid_value').length;

/** Of several forms, any of which would do: what is wrong with the one that was most likely meant, whose fields are there. */
const nearestOf = (forms: readonly (readonly z.core.$ZodIssue[])[]) => {
  const depthOf = (form: readonly z.core.$ZodIssue[]): number =>
    Math.max(...form.map(({ path }) => path.length));
  const [nearest = []] = forms
    .filter(form => form.length > 0)
    .toSorted(
      (one, other) =>
        depthOf(other) - depthOf(one) ||
        othersIn(one) - othersIn(other) ||
        one.length - other.length,
    );
  return nearest;
};

const UNSTORABLE = "It contains a character that can't be stored.";

/** Postgres has no NUL in a text, and no half of a surrogate pair. */
const unstorable = (value: unknown, place: string): Fault[] => {
  if (typeof value === 'string') {
    return value.includes('\0') || !value.isWellFormed() ? [[place, UNSTORABLE]] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, own]) => [
    ...unstorable(key, place),
    ...unstorable(own, `${place}.${key}`),
  ]);
};
