import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SupportError } from '../../../src/access/errors.ts';
import { readSearchText } from '../../../src/support/finding/search-text.ts';
import { anyText } from '../../fixtures/arbitraries.ts';

const ID = 'b0f7e3a2-1';
const UUID = '8da3a5e2-2a5f-4c1e-9d3b-6f1c7a3f9b10';

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
    ['a trailing dot', `${ID}.`],
    ['a zero-width space in it', 'b0f7\u200be3a2-1'],
    ['a sentence around it', `Hello, could you look at ${ID}, please?`],
    ['lines around it', `Hello\n\nit is ${ID}\nRegards`],
  ])('%s is forgiven', (_, pasted) => {
    expect(readSearchText(pasted)?.ids).toContain(ID);
  });

  test('the address of a case leads to its subject, from whichever console and page', () => {
    const subject = `connect_webview:${ID}`;
    const url = `https://support.example.com/support/connections/${encodeURIComponent(subject)}`;
    for (const pasted of [url, `${url}/link?x=1#y`, `<${url}>`, `See ${url}.`]) {
      expect(readSearchText(pasted)?.ids).toContain(subject);
    }
  });

  test('of an address of Seam’s its ids are taken, and nothing that lets somebody in', () => {
    const url = `https://connect.getseam.com/connect_webviews/view?connect_webview_id=${UUID}&auth_token=Secret123`;
    const ids = readSearchText(`The page ${url} is empty`)?.ids ?? [];
    expect(ids).toContain(UUID);
    expect(ids).not.toContain('Secret123');
    const console = `https://console.seam.co/workspaces/x/connected_accounts/${UUID}`;
    expect(readSearchText(console)?.ids).toContain(UUID);
  });

  test('as it stands comes first: an id may look like anything', () => {
    expect(readSearchText(' "Ada" ')?.ids).toEqual(['"Ada"', 'Ada', 'ada']);
    expect(readSearchText(`connect_webview:${ID}`)?.ids[0]).toBe(`connect_webview:${ID}`);
  });

  test.each([
    ['Ada Lovelace <ada@x.example>', 'ada@x.example'],
    ['"ada@x.example."', 'ada@x.example'],
    ["Please write to o'brien+lock@x.example, thanks!", "o'brien+lock@x.example"],
    ['mailto:ada@x.example?subject=Lock', 'ada@x.example'],
    ['(ada@x.example)', 'ada@x.example'],
  ])('%s has an e-mail', (pasted, email) => {
    expect(readSearchText(pasted)?.emails).toEqual([email]);
  });

  test.each([
    ['+49 (0)89 123 45 67', '49891234567'],
    ['0049 89 1234567', '49891234567'],
    ['(415) 555-0100', '4155550100'],
    ['Call me at +1.415.555.0100!', '14155550100'],
    ['phone: 415-555-0100', '4155550100'],
    ['089/1234567', '0891234567'],
  ])('%s has a telephone number', (pasted, digits) => {
    expect(readSearchText(pasted)?.telephones).toEqual([digits]);
  });

  test.each([UUID, '2026-11-26', '26.11.2026 12:25', 'user_12345678', '12345'])(
    '%s is no telephone number',
    pasted => {
      expect(readSearchText(pasted)?.telephones).toEqual([]);
    },
  );

  test.each([
    ['4711', '4711'],
    ['#4711', '4711'],
    ['It is ticket no. 4711.', '4711'],
    ['Ticket: ZD-4711', 'ZD-4711'],
    ['see ABC-12', 'ABC-12'],
    ['abc-12', 'abc-12'],
  ])('%s names a ticket', (pasted, ticket) => {
    expect(readSearchText(pasted)?.tickets).toContain(ticket);
  });

  test('words are what is left of a name; of a sentence, of ids, and of a single letter there are none', () => {
    const wordsOf = (pasted: string) => readSearchText(pasted)?.words;
    expect(wordsOf('Zoë  Müller')).toEqual(['Zoë', 'Müller']);
    expect(wordsOf('Ada Lovelace <ada@x.example>')).toEqual(['Ada', 'Lovelace']);
    expect(wordsOf('ticket ABC-12')).not.toContain('ticket');
    expect(wordsOf(UUID)).toEqual([]);
    expect(wordsOf('a')).toEqual([]);
    expect(wordsOf('my lock does not open any more since Monday')).toEqual([]);
  });

  test('of an e-mail the words are whole, where nothing stands beside it', () => {
    expect(readSearchText('ada@x.example')).toMatchObject({
      words: ['ada', 'x', 'example'],
      areWordsWhole: true,
    });
    expect(readSearchText('ada@x')).toMatchObject({ words: ['ada', 'x'], areWordsWhole: false });
  });

  test('nothing is nothing to look for', () => {
    expect(readSearchText(' ')).toBeNull();
    expect(readSearchText('\u200b')).toBeNull();
  });

  test('what is too long, or no text, is refused in words', () => {
    expect(() => readSearchText('x'.repeat(4_001))).toThrow(/too long/);
    expect(() => readSearchText('a\0b')).toThrow(/characters that no id/);
    expect(() => readSearchText('a\ud800')).toThrow(SupportError);
  });

  test('whatever it is, what is looked for is text that Postgres takes, and not much of it', () => {
    const fits = (each: string): boolean =>
      each !== '' && !each.includes('\0') && each.isWellFormed() && each.length <= 500;
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ maxLength: 4_000 })), text => {
        try {
          const wanted = readSearchText(text);
          if (wanted === null) return;
          const all = [...wanted.ids, ...wanted.tickets, ...wanted.words, ...wanted.telephones];
          expect(all.filter(each => !fits(each))).toEqual([]);
          expect(all.length).toBeLessThan(50);
        } catch (error) {
          expect(error).toBeInstanceOf(SupportError);
        }
      }),
    );
  });

  test('a long text is read to its end, whatever it is made of', () => {
    for (const part of ['a@', '1 ', '((((', 'a_', 'a.b-', '+1(', '"<', 'https://x/', '@.@']) {
      expect(readSearchText(part.repeat(4_000 / part.length))).not.toBeNull();
    }
  });
});
