import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SupportError } from '../../../src/access/errors.ts';
import { readSearchText } from '../../../src/support/finding/search-text.ts';
import { anyText } from '../../fixtures/arbitraries.ts';

const ID = 'b0f7e3a2-1';

describe('what people paste into the search box', () => {
  test.each([
    ['spaces around it', `  ${ID} \n`],
    ['quotes', `"${ID}"`],
    ['quotes that a word processor made', `“${ID}”`],
    ['angle brackets', `<${ID}>`],
    ['upper case', ID.toUpperCase()],
    ['its name', `user_id: ${ID}`],
    ['a line of JSON', `"connected_account_id": "${ID}",`],
    ['an assignment', `connect_webview_id=${ID}`],
    ['a mail link', `mailto:${ID}`],
    ['a search of a console', `https://x.example/support/search?q=${ID}`],
  ])('%s is forgiven', (_, pasted) => {
    expect(readSearchText(pasted)).toContain(ID);
  });

  test('the address of a case leads to its subject, from whichever console and page', () => {
    const subject = `connect_webview:${ID}`;
    const url = `https://support.example.com/support/connections/${encodeURIComponent(subject)}`;
    for (const pasted of [url, `${url}/link?x=1#y`, `<${url}>`]) {
      expect(readSearchText(pasted)).toContain(subject);
    }
  });

  test('as it stands comes first: an id may look like anything', () => {
    expect(readSearchText(' "Ada" ')).toEqual(['"Ada"', 'Ada', 'ada']);
    expect(readSearchText(`connect_webview:${ID}`)).toEqual([`connect_webview:${ID}`]);
  });

  test('nothing is nothing to look for', () => {
    expect(readSearchText(' ')).toEqual([]);
  });

  test('what is too long, or no text, is refused in words', () => {
    expect(() => readSearchText('x'.repeat(501))).toThrow(/too long/);
    expect(() => readSearchText('a\0b')).toThrow(/characters that no id/);
    expect(() => readSearchText('a\ud800')).toThrow(SupportError);
  });

  test('whatever it is, what is looked for is text that Postgres takes', () => {
    fc.assert(
      fc.property(anyText, text => {
        try {
          const meant = readSearchText(text);
          expect(
            meant.filter(each => each === '' || each.includes('\0') || !each.isWellFormed()),
          ).toEqual([]);
        } catch (error) {
          expect(error).toBeInstanceOf(SupportError);
        }
      }),
    );
  });
});
