import type { z } from 'zod';

/* What is wrong with a field of a request, in words for whoever wrote the program that sent it. Pure. */

type Issue = z.core.$ZodRawIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
  date: 'a time',
};

const FORMS: Readonly<Record<string, string>> = {
  datetime: 'a time in UTC, as in 2026-11-24T06:51:03Z',
  date: 'a date, as in 2026-11-24',
  url: 'a URL',
  email: 'an e-mail address',
  uuid: 'a UUID',
};

const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

/** Of what there are so many: characters of a text, entries of a list; of a number itself nothing. */
const measured = (origin: string, limit: number): string => {
  if (origin === 'string') return counted(limit, 'character', 'characters');
  if (origin === 'array' || origin === 'set') return counted(limit, 'entry', 'entries');
  return counted(limit, 'field', 'fields');
};

const isNumber = (origin: string): boolean => ['number', 'int', 'bigint'].includes(origin);

const tooSmall = (issue: Extract<Issue, { code: 'too_small' }>): string => {
  const { origin, inclusive = true } = issue;
  const least = Number(issue.minimum);
  if (isNumber(origin)) return `It must be ${inclusive ? 'at least' : 'more than'} ${least}.`;
  if (least === 1) return 'It must not be empty.';
  return `It must have at least ${measured(origin, least)}.`;
};

const tooBig = (issue: Extract<Issue, { code: 'too_big' }>): string => {
  const { origin, inclusive = true } = issue;
  const most = Number(issue.maximum);
  if (isNumber(origin)) return `It must be ${inclusive ? 'at most' : 'less than'} ${most}.`;
  return `It must have at most ${measured(origin, most)}.`;
};

const isMissing = ({ input }: Issue): boolean => input === undefined;

/**
 * What a schema has against what was given, as one sentence. A schema's own words go before these.
 *
 * @param issue as Zod has it before it has words
 */
export const faultWords = (issue: Issue): string => {
  if (isMissing(issue) && issue.code !== 'custom') return 'It is missing.';
  switch (issue.code) {
    case 'invalid_type':
      return `It must be ${KINDS[issue.expected] ?? 'of another kind'}.`;
    case 'invalid_value': {
      const values = issue.values.map(String);
      return `It must be ${values.length === 1 ? '' : 'one of '}${values.join(', ')}.`;
    }
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return tooBig(issue);
    case 'not_multiple_of':
      return `It must be a multiple of ${issue.divisor}.`;
    case 'invalid_format': {
      const form = FORMS[issue.format];
      return form === undefined ? "It doesn't have the right form." : `It must be ${form}.`;
    }
    case 'unrecognized_keys':
      return 'Unknown field.';
    case 'invalid_key':
      return "One of its fields has a name that can't be one.";
    default:
      return "It isn't valid.";
  }
};
