import { isLoopback } from '../../config/doors.ts';
import { type AlertMessage, linesOf, shortened, textOf, titleOf } from '../words.ts';
import type { Channel } from './channel.ts';

/** To connect, to be greeted, and for each answer. */
const TIMEOUT_MS = 8_000;
/** All of it together: a server that is slow with each of its answers would else have it for minutes. */
const ALL_WITHIN_MS = 25_000;

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const lineHtml = (line: string): string => {
  const [, label, link] = /^(Runbook|Console): (https?:\/\/\S+)$/.exec(line) ?? [];
  return label === undefined || link === undefined
    ? escaped(line)
    : `<a href="${escaped(link)}">${label}</a>`;
};

/** Pure. */
const emailHtml = (message: AlertMessage): string =>
  message.kind === 'test'
    ? `<p>${escaped(textOf(message))}</p>`
    : message.alerts.map(alert => `<p>${linesOf(alert).map(lineHtml).join('<br>')}</p>`).join('\n');

/** https://datatracker.ietf.org/doc/html/rfc5322#section-3.6.4: the same for each try, so that mail programs show one. */
const messageIdOf = (id: string, from: string): string => `<${id}@${from.split('@').at(-1)}>`;

/** Whether a server has to offer encryption (STARTTLS) before it is sent anything: where it is to be sent a password. Pure. */
const mustEncrypt = (smtpUrl: string): boolean => {
  const { protocol, username, password, hostname } = new URL(smtpUrl);
  return protocol === 'smtp:' && username + password !== '' && !isLoopback(hostname);
};

export const emailChannel = ({
  name,
  smtpUrl,
  from,
  to,
  allWithinMs = ALL_WITHIN_MS,
}: Readonly<{
  name: string;
  smtpUrl: string;
  from: string;
  to: readonly string[];
  allWithinMs?: number;
}>): Channel => ({
  name,
  keepsOpen: false,
  send: async message => {
    // Not for those who send no mail.
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      url: smtpUrl,
      requireTLS: mustEncrypt(smtpUrl),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const signal = AbortSignal.timeout(allWithinMs);
    const references = message.references.map(id => messageIdOf(id, from));
    try {
      await transport.sendMail({
        from: { name: 'seam-reconciler', address: from },
        to: [...to],
        subject: shortened(titleOf(message)),
        text: textOf(message),
        html: emailHtml(message),
        messageId: messageIdOf(message.id, from),
        date: message.at,
        references,
        ...(references[0] === undefined ? {} : { inReplyTo: references[0] }),
        // Nobody's out-of-office note is wanted: https://datatracker.ietf.org/doc/html/rfc3834#section-5
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal,
      });
      return null;
    } catch (error) {
      return signal.aborted ? TOO_SLOW : smtpFault(error);
    } finally {
      transport.close();
    }
  },
});

const TOO_SLOW = 'The mail server did not answer in time.';
const WORDS: Readonly<Record<string, string>> = {
  ECONNECTION: "The mail server can't be reached.",
  ESOCKET: "The mail server can't be reached, or there was no TLS connection that can be trusted.",
  ETLS: 'The mail server offers no encryption (STARTTLS), or none that can be trusted: no password was sent to it.',
  EDNS: 'The host name of the mail server could not be found (DNS).',
  ETIMEDOUT: TOO_SLOW,
  EAUTH: 'The mail server does not take the name and password in SMTP_URL.',
  EENVELOPE: 'The mail server refused the sender or a recipient',
  EMESSAGE: 'The mail server refused the message',
};

/** For people: never what an error says in its own words, which may hold an address or the URL. */
const smtpFault = (error: unknown): string => {
  const { code, responseCode } = error as Readonly<{ code?: unknown; responseCode?: unknown }>;
  const words = WORDS[String(code)] ?? `The mail could not be sent (${String(code ?? 'unknown')}).`;
  if (words.endsWith('.')) return words;
  return typeof responseCode === 'number' ? `${words} (${responseCode}).` : `${words}.`;
};
