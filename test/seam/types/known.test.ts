import { describe, expect, test } from 'vitest';
import { explainTroubles } from '../../../src/reconcile/account-state.ts';
import { EVENT_TYPES } from '../../../src/seam/events.ts';
import {
  ACCOUNT,
  byCode,
  EVENTS,
  examplesOf,
  propertyOf,
  type Schema,
  WEBVIEW,
} from '../../fixtures/seam-types.ts';
import {
  OF_ACCOUNTS,
  OF_EVENTS,
  OF_INTEREST,
  OF_NO_INTEREST,
  OF_WEBVIEWS,
  STATUSES,
} from './known.ts';

/**
 * What Seam's types have and nobody has decided about, and what they have no longer, each in a sentence.
 *
 * @param decide what to do about something new
 */
const newsOf = (
  what: string,
  documented: Iterable<string>,
  known: Iterable<string>,
  decide: string,
): string[] => {
  const [theirs, ours] = [new Set(documented), new Set(known)];
  return [
    ...[...theirs.difference(ours)].map(
      name => `Seam's types know ${what} that nobody has decided about: ${name}. ${decide}`,
    ),
    ...[...ours.difference(theirs)].map(
      name =>
        `Seam's types no longer know ${what}: ${name}. See whether Seam still sends it, then take it out of test/seam/types/known.ts.`,
    ),
  ];
};

const namesOf = (schemas: Iterable<Schema>): string[] =>
  [...schemas].flatMap(schema => Object.keys(schema.properties ?? {}));

const USE_OR_LEAVE = (where: string): string =>
  `Use it (${where}) or leave it, and say which in test/seam/types/known.ts.`;

describe('the installed version of @seamapi/types', () => {
  test('knows the types of events that somebody has decided about', () => {
    const known = [...Object.keys(OF_INTEREST), ...OF_NO_INTEREST];
    const decide =
      'Where it says whose an account is or how it stands, it goes into LOOKS_AT (src/seam/events.ts) and OF_INTEREST, else into OF_NO_INTEREST (test/seam/types/known.ts).';
    expect(newsOf('a type of event', EVENTS.keys(), known, decide)).toEqual([]);
    expect(Object.keys(OF_INTEREST).toSorted()).toEqual(EVENT_TYPES.toSorted());
    expect(new Set(known).size).toBe(known.length);
  });

  test('knows the properties of the events of interest that somebody has decided about', () => {
    const schemas = [...EVENTS].filter(([type]) => type in OF_INTEREST).map(([, schema]) => schema);
    const decide = USE_OR_LEAVE('src/seam/events.ts');
    expect(
      newsOf('a property of an event', namesOf(schemas), Object.keys(OF_EVENTS), decide),
    ).toEqual([]);
  });

  test.each([
    ['a property of a connected account', ACCOUNT, OF_ACCOUNTS],
    ['a property of a connect webview', WEBVIEW, OF_WEBVIEWS],
  ])('knows %s where somebody has decided about it', (what, schema, known) => {
    const decide = USE_OR_LEAVE('src/seam/resources.ts');
    expect(newsOf(what, namesOf([schema]), Object.keys(known), decide)).toEqual([]);
  });

  test('knows the statuses of a webview that the decision knows', () => {
    const statuses = (propertyOf(WEBVIEW, 'status').enum ?? []).map(String);
    const decide =
      'Say what it means in src/reconcile/decide.ts (`incomplete`), then add it to STATUSES (test/seam/types/known.ts).';
    expect(newsOf('a status of a webview', statuses, STATUSES, decide)).toEqual([]);
  });

  test.each([
    ['errors', 'error_code'],
    ['warnings', 'warning_code'],
  ] as const)('knows the %s of an account that we have words for', (list, code) => {
    const codes = byCode(propertyOf(ACCOUNT, list), code);
    expect(codes.size).toBeGreaterThan(3);
    const unexplained = [...codes].filter(([name, schema]) =>
      examplesOf(schema, name).some(({ json }) => {
        const [told] = explainTroubles({ errors: [], warnings: [], [list]: [json] });
        return told?.code !== name || /^Seam (says|shows)\b/.test(told.sentence);
      }),
    );
    const news = unexplained.map(
      ([name]) =>
        `Seam's types know one of the ${list} of an account that has no words for support staff: ${name}. Add it to CODES (src/reconcile/account-state.ts), with what it means for the account.`,
    );
    expect(news).toEqual([]);
  });
});
