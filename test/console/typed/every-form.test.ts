import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../../../src/access/permissions.ts';
import { CONSOLE_ROUTES } from '../../../src/console/routes.ts';
import { type TypedForm, typedFormsIn } from '../../../src/console/typed/refill.ts';
import type { TestDesk } from '../../fixtures/desk.ts';
import { pagesOf } from '../../fixtures/site/pages.ts';
import { openFullDesk } from '../../fixtures/site/site.ts';
import { ORDINARY } from '../../fixtures/site/words.ts';

/* A law of all forms: whatever one is refused for, what was typed into it is in the answer. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openFullDesk(ORDINARY);
});
afterAll(() => desk[Symbol.asyncDispose]());

type Found = TypedForm & Readonly<{ page: string; route: string; markup: string }>;

const patternOf = (path: string): RegExp =>
  new RegExp(`^/support${path.replaceAll(/:\w+/g, '[^/]+')}$`);
const POSTED = CONSOLE_ROUTES.filter(({ method }) => method === 'post');
const routeOf = (action: string): string =>
  POSTED.find(({ path }) => patternOf(path).test(action.split('?')[0] ?? ''))?.path ?? action;

const SECRET = /password|secret|credential|passkey/i;
const namesIn = ({ names }: TypedForm): string[] => names.filter(name => !SECRET.test(name));

const formsOf = async (page: string): Promise<Found[]> => {
  const { text: markup } = await desk.clerks.admin.get(page);
  return typedFormsIn(markup).map(form => ({
    ...form,
    page,
    markup,
    route: routeOf(form.form.action),
  }));
};

/** Of all pages with all their faces; of each form that differs in where it goes, or in what is typed, one. */
const everyForm = async (): Promise<Found[]> => {
  const pages = Object.values(pagesOf(ORDINARY)).flatMap(urls =>
    urls === 'download' ? [] : [urls.full, ...(urls.more ?? [])],
  );
  const all: Found[] = [];
  for (const page of new Set(pages)) all.push(...(await formsOf(page)));
  const kinds = new Map(all.map(form => [`${form.route} ${form.names.join(' ')}`, form]));
  return [...kinds.values()].filter(form => namesIn(form).length > 0);
};

/** As a browser would send it, with a text in each field for one. */
const filled = (found: Found, text: string): URLSearchParams => {
  const sent = new URLSearchParams();
  for (const { kind, name, value, tag } of found.form.fields) {
    const isLeftOut =
      kind === 'choice' && !found.markup.slice(tag.from, tag.to).includes(' checked');
    if (name !== '' && !isLeftOut && kind !== 'other' && kind !== 'secret')
      sent.append(name, value);
  }
  for (const name of namesIn(found)) sent.set(name, text);
  return sent;
};

const send = async (
  role: Role,
  found: Found,
  fields: URLSearchParams,
  action = found.form.action,
): Promise<{ status: number; text: string }> => {
  const response = await fetch(new URL(action, desk.url), {
    method: 'POST',
    redirect: 'manual',
    headers: {
      cookie: desk.clerks[role].cookie,
      referer: `${desk.url}${found.page}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: fields.toString(),
  });
  return { status: response.status, text: await response.text() };
};

const isRefused = ({ status }: { status: number }): boolean => status >= 400 && status < 500;
/** Longer than a field takes, where it takes less than a page. */
const TOO_LONG = 12_000;

test('what was typed into a form that is refused is in the answer', async () => {
  const forms = await everyForm();
  const lost: string[] = [];
  const routes = new Set(forms.map(({ route }) => route));
  const own = /name="csrf" value="([^"]+)"/.exec((await desk.clerks.viewer.get('/support')).text);
  for (const [index, found] of forms.entries()) {
    const mark = `what-was-typed-${index}`;
    const strange = filled(found, mark);
    strange.set('csrf', 'guessed');
    const unallowed = filled(found, mark);
    unallowed.set('csrf', own?.[1] ?? '');
    const gone = `/support${found.route.replaceAll(/:\w+/g, '404404')}`;
    const tries = {
      'of another session': await send('admin', found, strange),
      'by a viewer': await send('viewer', found, unallowed),
      'of what is gone': await send('admin', found, filled(found, mark), gone),
      'with what is too long': await send(
        'admin',
        found,
        filled(found, mark.padEnd(TOO_LONG, 'x')),
      ),
    };
    expect(tries['of another session'].status, found.route).toBe(403);
    for (const [how, answer] of Object.entries(tries)) {
      if (isRefused(answer) && !answer.text.includes(mark))
        lost.push(`${found.route} (${namesIn(found).join(', ')}) ${how}: ${answer.status}`);
    }
  }
  expect(lost).toEqual([]);
  // Of those that there are: it has looked at all, not at a page that failed.
  expect(routes.size).toBeGreaterThan(20);
}, 300_000);
