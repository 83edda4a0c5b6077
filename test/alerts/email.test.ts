import net from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { emailChannel } from '../../src/alerts/channels/email.ts';
import {
  alertMessage,
  type MailServer,
  PASSWORD,
  startMailServer,
  toldAlert,
} from '../fixtures/alert-channels.ts';

let server: MailServer;

beforeAll(async () => {
  server = await startMailServer();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => server.refuse(null));

const channel = (smtpUrl = server.url) =>
  emailChannel({
    name: 'email',
    smtpUrl,
    from: 'alerts@example.com',
    to: ['oncall@example.com', 'ada@example.com'],
  });

/** A header as it is read: lines that go on are one. */
const header = (raw: string, name: string): string | undefined =>
  raw
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .find(line => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    ?.slice(name.length + 2);

/** What is written in the parts: quoted-printable, with its soft line breaks. */
const written = (raw: string): string => raw.replaceAll('=\r\n', '').replaceAll('=3D', '=');

test('a mail says it as text and as HTML, to all, and is no reply of a machine’s to answer', async () => {
  expect(await channel().send(alertMessage())).toBeNull();
  const { from, to, raw = '' } = server.got.at(-1) ?? {};
  expect({ from, to }).toEqual({
    from: 'alerts@example.com',
    to: ['oncall@example.com', 'ada@example.com'],
  });
  expect(header(raw, 'Subject')).toBe('No worker is running.');
  expect(header(raw, 'Message-ID')).toBe('<alert-m1-9@example.com>');
  expect(header(raw, 'Auto-Submitted')).toBe('auto-generated');
  const text = written(raw);
  expect(text).toContain(
    'What to do: Start "work".\r\nRunbook: https://wiki.example.com/no-worker.md',
  );
  expect(text).toContain('<a href="https://wiki.example.com/no-worker.md">Runbook</a>');
});

test.each([
  ['offers no encryption', false],
  ['offers one that nobody can trust', true],
])('a server elsewhere that %s gets no password', async (_what, offersTls) => {
  await using other = await startMailServer({ offersTls });
  // It leads to this machine, and isn't among the names for it.
  const elsewhere = other.url.replace('127.0.0.1', '0.0.0.0');
  expect(await channel(elsewhere).send(alertMessage())).toMatch(/no password was sent|trusted/);
  expect(other.tries).toEqual([]);
  expect(other.got).toEqual([]);
});

test('that it is over is in the thread of what it was', async () => {
  const over = { kind: 'over', id: 'alert-m2-10', references: ['alert-m1-9'] } as const;
  const alerts = [toldAlert({ endedAt: new Date('2026-11-28T05:10:00.000Z') })];
  await channel().send(alertMessage({ ...over, alerts }));
  const raw = server.got.at(-1)?.raw ?? '';
  expect(header(raw, 'In-Reply-To')).toBe('<alert-m1-9@example.com>');
  expect(header(raw, 'References')).toBe('<alert-m1-9@example.com>');
  expect(header(raw, 'Subject')).toBe('Over: No worker is running.');
  expect(written(raw)).toContain('Was so from 2026-11-28 04:50 UTC to 2026-11-28 05:10 UTC.');
});

test('whatever stands in a name adds no header, no recipient and no HTML', async () => {
  const sentence = 'Endpoint "x\r\nBcc: eve@example.com\r\n\r\n<script>" takes nothing.';
  await channel().send(alertMessage({ alerts: [toldAlert({ sentence })] }));
  const { to, raw = '' } = server.got.at(-1) ?? {};
  expect(to).toEqual(['oncall@example.com', 'ada@example.com']);
  expect(header(raw.split('\r\n\r\n')[0] ?? '', 'Bcc')).toBeUndefined();
  const html = written(raw).split('Content-Type: text/html')[1];
  expect(html).toContain('&lt;script&gt;');
  expect(html).not.toContain('<script>');
});

test.each([
  [550, 'The mail server refused the message (550).'],
  [451, 'The mail server refused the message (451).'],
])('a refusal (%i) is told in words, without what it said', async (code, fault) => {
  server.refuse(code);
  expect(await channel().send(alertMessage())).toBe(fault);
});

test('a wrong password is told, and is not in the words', async () => {
  const wrong = server.url.replace(PASSWORD, 'secret9');
  expect(await channel(wrong).send(alertMessage())).toBe(
    'The mail server does not take the name and password in SMTP_URL.',
  );
});

test('a mail server that isn’t there is told', async () => {
  expect(await channel('smtp://127.0.0.1:1').send(alertMessage())).toBe(
    "The mail server can't be reached, or there was no TLS connection that can be trusted.",
  );
});

test('a mail server that is slow with each line it says is left in the end', async () => {
  await using slow = net.createServer(socket => {
    socket.write('220 Good evening\r\n');
    const drip = setInterval(() => socket.write('250-wait\r\n'), 20);
    socket
      .resume()
      .on('error', () => undefined)
      .on('close', () => clearInterval(drip));
  });
  await new Promise<void>(resolve => {
    slow.listen(0, '127.0.0.1', resolve);
  });
  const { port } = slow.address() as net.AddressInfo;
  const settings = { name: 'email', from: 'a@example.com', to: ['b@example.com'] };
  const dripping = { ...settings, smtpUrl: `smtp://127.0.0.1:${port}`, allWithinMs: 200 };
  expect(await emailChannel(dripping).send(alertMessage())).toBe(
    'The mail server did not answer in time.',
  );
});
