import type { Case } from '../../../support/cases/types.ts';
import { type Html, html } from '../../view/html.ts';
import { caseMark } from './case-now.ts';

/** Who and what it is about: `Ada Lovelace · August ada@locks.example`; nothing where neither is known. */
const about = ({ user, account }: Case): string =>
  [
    user === null ? null : (user.name ?? user.email ?? user.user_id),
    [account?.type, account?.identifier ?? account?.display_name].filter(Boolean).join(' '),
  ]
    .filter(Boolean)
    .join(' · ');

/** Which case something is about to be done to: as its own page names it. */
export const caseName = (found: Case): Html => {
  const who = about(found);
  return html`<p>${caseMark(found)} ${found.headline}</p>
    ${who === '' ? html`<p class="faint"><code>${found.subject}</code></p>` : html`<p class="faint">${who}</p>`}`;
};
