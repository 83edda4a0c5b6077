import type { OpenSession } from '../../../operators/open-sessions.ts';
import { type Html, html } from '../../view/html.ts';
import { ago, when } from '../../view/words.ts';

/** The first that fits: what comes later calls itself by the earlier names, too. */
const BROWSERS = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
] as const;
const SYSTEMS = [
  [/\bWindows\b/, 'Windows'],
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
] as const;

/** `Firefox on Windows`, as far as a browser says so of itself (it may say anything). */
export const browserWords = (userAgent: string | null): string => {
  if (userAgent === null) return 'Unknown browser';
  const find = (names: readonly (readonly [RegExp, string])[]): string | undefined =>
    names.find(([pattern]) => pattern.test(userAgent))?.[1];
  const [browser, system] = [find(BROWSERS), find(SYSTEMS)];
  return [browser ?? 'Another browser', ...(system === undefined ? [] : [`on ${system}`])].join(
    ' ',
  );
};

const HOW_WORDS = {
  password: 'Password',
  password_and_passkey: 'Password and passkey',
  passkey: 'Passkey',
  link: 'Sign-in link',
  openid_connect: 'Company account',
} as const satisfies Record<NonNullable<OpenSession['how']>, string>;

/**
 * Where somebody is signed in.
 *
 * @param caption what the table is of
 * @param action what stands at the end of a row, such as a button that ends it
 */
export const sessionsTable = (
  caption: string,
  sessions: readonly OpenSession[],
  action: { heading: string; of: (session: OpenSession) => Html } | null = null,
): Html => html`
  <div class="table wide cards" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption class="hidden">${caption}</caption>
      <thead><tr><th scope="col">Browser</th><th scope="col">Address</th><th scope="col">Signed in with</th><th scope="col">Since</th><th scope="col">Last used</th>${action === null ? '' : html`<th scope="col">${action.heading}</th>`}</tr></thead>
      <tbody>${sessions.map(
        session => html`<tr>
          <th scope="row">${browserWords(session.user_agent)}</th>
          <td data-label="Address">${session.address ?? 'Unknown'}</td>
          <td data-label="Signed in with">${session.how === null ? 'Unknown' : HOW_WORDS[session.how]}</td>
          <td data-label="Since">${when(session.created_at)}</td>
          <td data-label="Last used">${ago(session.seen_at)}</td>
          ${action === null ? '' : html`<td>${action.of(session)}</td>`}
        </tr>`,
      )}</tbody>
    </table>
  </div>`;
