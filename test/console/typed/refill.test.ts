import { raw } from 'hono/html';
import { describe, expect, test } from 'vitest';
import { findPage } from '../../../src/console/typed/find-page.ts';
import { formKeyOf } from '../../../src/console/typed/form-key.ts';
import { refill } from '../../../src/console/typed/refill.ts';
import { html } from '../../../src/console/view/html.ts';

const page = (fields: string, action = '/support/connections/connected_account%3Aa1/notes') =>
  raw(`<details><form method="post" action="${action}">${fields}</form></details>`);
const filled = (fields: string, given: Record<string, string>, tellsSaved = false): string =>
  refill(page(fields), () => ({ fields: given, note: null, tellsSaved })).toString();

describe('what was typed is put into the form', () => {
  test.each([
    [
      '<input name="why" value="old">',
      { why: 'a "new" <b>' },
      'value="a &quot;new&quot; &lt;b&gt;"',
    ],
    [
      '<textarea name="why"></textarea>',
      { why: 'x\n</textarea><b>' },
      '>\nx\n&lt;/textarea&gt;&lt;b&gt;</textarea>',
    ],
    [
      '<input name="w"><input type="checkbox" name="c" value="2">',
      { w: 'x', c: '1\n2' },
      'value="2" checked>',
    ],
    [
      '<input name="w"><select name="s"><option value="a" selected>A</option><option value="b">B</option></select>',
      { w: 'x', s: 'b' },
      '<option value="b" selected>',
    ],
  ])('%s', (fields, given, expected) => {
    expect(filled(fields, given)).toContain(expected);
  });

  test.each(['$`', '$&', "$'", '$$', '$1 $<a>'])(
    'as it was typed, also %s, which ends no attribute',
    typed => {
      const given = `${typed} hx-get=/evil x`;
      const shown = filled('<input type="text" name="why" placeholder="a">', { why: given });
      const [, value = ''] =
        /<input type="text" name="why" placeholder="a" value="([^"]*)">/.exec(shown) ?? [];
      expect(value).toBe(html`${given}`.toString());
    },
  );

  test('and what is folded is open', () => {
    expect(filled('<input name="why">', { why: 'x' })).toMatch(/^<details open>/);
  });

  test('but never into what nobody types, a password, or another list’s ticks', () => {
    const fields =
      '<input name="w"><input type="hidden" name="generation" value="1"><input type="password" name="p"><input type="checkbox" name="subject" value="s">';
    const shown = filled(fields, { w: 'x', generation: '9', p: 'geheim', subject: 's' });
    expect(shown).toContain('name="generation" value="1"');
    expect(shown).not.toContain('geheim');
    expect(shown).not.toContain('checked');
  });

  test('with what is saved now beside what differs', () => {
    expect(filled('<input name="name" value="Bea’s">', { name: 'Alan’s' }, true)).toContain(
      '<strong>Saved now:</strong> Bea’s',
    );
  });
});

test('a form says what it is called, and what is typed', () => {
  const shown = refill(page('<input name="why">'), () => null).toString();
  expect(shown).toContain('data-draft="notes connected_account:a1"');
  const hostile = page(
    '<input name="why">',
    '/support/connections/connected_account%3A%24%60/notes',
  );
  expect(refill(hostile, () => null).toString()).toContain(
    ' data-draft="notes connected_account:$`">',
  );
  expect(shown).toContain('<input type="hidden" name="typed" value="why">');
});

test.each([
  ['/support/endpoints/add', 'endpoints/add'],
  ['/support/connections/connect_webview%3Aw%201/links/3/undo', 'links/3/undo connect_webview:w 1'],
  ['/support/sign-out', null],
  ['/support/drafts/discard', null],
  ['//evil.example/support/x', null],
  ['/support/connections/%E0%A4%A/notes', null],
])('%s is called %s', (action, key) => {
  expect(formKeyOf(action)).toBe(key);
});

test('the page of an address is found as Express finds it', () => {
  const route = { method: 'get', path: '/connections/:subject/dismiss', needs: 'view' } as const;
  const routes = [{ ...route, handle: () => Promise.reject(new Error('not asked')) }];
  const found = findPage(routes, '/support/connections/a%2Fb/dismiss?x=1');
  expect(found?.params).toEqual({ subject: 'a/b' });
  expect(findPage(routes, '/support/connections/a/b/dismiss')).toBeNull();
  expect(findPage(routes, '/elsewhere/connections/a/dismiss')).toBeNull();
});
