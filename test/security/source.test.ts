import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../fixtures/documents.ts';

/* What the program has none of, as far as its text can tell. Each is looked for so that it would be found. */

const SOURCES = globSync('src/**/*.{ts,js}', { cwd: ROOT }).map(file => ({
  file,
  text: readFileSync(path.join(ROOT, file), 'utf8'),
}));
const filesWith = (pattern: RegExp): string[] =>
  SOURCES.filter(({ text }) => pattern.test(text))
    .map(({ file }) => file)
    .toSorted();

test('there is source to read', () => {
  expect(SOURCES.length).toBeGreaterThan(200);
  expect(filesWith(/createHash\(/)).not.toEqual([]);
});

test('no text becomes program: nothing is evaluated', () => {
  expect(filesWith(/\beval\(|new Function\(|\bFunction\(['"`]|from 'node:vm'/)).toEqual([]);
});

test('no pattern is made of what somebody sent', () => {
  // Only of its own constants; and of what names somebody who is to be erased, each escaped.
  expect(filesWith(/new RegExp\(/)).toEqual([
    'src/access/personal.ts',
    'src/support/erasure/scrubber.ts',
  ]);
  const scrubber = SOURCES.find(({ file }) => file.endsWith('erasure/scrubber.ts'))?.text ?? '';
  expect(scrubber.match(/escaped\(term\)/g)).toHaveLength(2);
  expect(scrubber.match(/\$\{term\}/g)).toBeNull();
});

test('no other program is started, but the PostgreSQL of a laptop', () => {
  expect(filesWith(/node:child_process/)).toEqual([path.posix.join('src/db', 'embedded.ts')]);
  // A password's strength is judged beside what answers webhooks.
  expect(filesWith(/node:worker_threads/)).toEqual([
    'src/operators/guesses.ts',
    'src/operators/password-fault.ts',
  ]);
});

test('pages keep nothing in the browser, talk to no other window, and write no HTML of their own', () => {
  const patterns =
    /localStorage|sessionStorage|indexedDB|document\.cookie|(?<!parentPort\?\.|parentPort\.|worker\.|signedOut\.)postMessage|\.(?:inner|outer)HTML|insertAdjacentHTML|document\.write/;
  // What is being typed, until the server has it: in this tab only, and gone at the sign-out.
  expect(filesWith(patterns)).toEqual(['src/console/assets/drafts.js']);
  const drafts = SOURCES.find(({ file }) => file.endsWith('assets/drafts.js'))?.text ?? '';
  expect(drafts.replaceAll('sessionStorage', '')).not.toMatch(patterns);
  // Other tabs of this very origin are told that somebody signs out; what is said is empty, and nobody reads it.
  const told = SOURCES.flatMap(({ text }) => text.match(/signedOut\.postMessage\([^)]*\)/g) ?? []);
  expect(new Set(told)).toEqual(new Set([`signedOut.postMessage('')`]));
  const channels = SOURCES.flatMap(({ text }) => text.match(/.*BroadcastChannel.*/g) ?? []);
  expect(channels).toEqual(['const signedOut = new BroadcastChannel(`signed-out \u0024{HOME}`);']);
});

test('what must not be guessed comes from the system’s generator', () => {
  // A wait's jitter.
  expect(filesWith(/Math\.random/)).toEqual([
    'src/app/hooks.ts',
    'src/app/watch.ts',
    'src/app/worker.ts',
    'src/app/workspace.ts',
  ]);
});

test('no hash is weaker than SHA-256, nothing is encrypted by a way of our own, and no check of TLS is off', () => {
  const hashes = SOURCES.flatMap(({ text }) => [
    ...text.matchAll(/create(?:Hash|Hmac)\(\s*'([^']+)'/g),
  ]).map(([, name]) => name);
  expect(new Set(hashes)).toEqual(new Set(['sha256']));
  // The company's ID token, with an authenticated cipher and a nonce of its own each time.
  const encrypting = SOURCES.filter(({ text }) => /createCipher|createDecipher/.test(text));
  expect(encrypting.map(({ file }) => file)).toEqual(['src/ops/vault.ts']);
  expect(encrypting[0]?.text).toMatch(
    /'aes-256-gcm'[\s\S]*randomBytes\(NONCE_BYTES\)[\s\S]*setAuthTag/,
  );
  expect(filesWith(/publicEncrypt|\bmd5\b|\bsha1\b/i)).toEqual([]);
  expect(filesWith(/rejectUnauthorized|NODE_TLS_REJECT|checkServerIdentity/)).toEqual([]);
});

test('a field for a password hides it, and lets people paste and password managers help', () => {
  const form = /<input [^>]*\b(?:name="password"|autocomplete="\$\{complete\}")[^>]*>/g;
  const fields = SOURCES.flatMap(({ text }) => text.match(form) ?? []);
  expect(fields.length).toBe(3);
  for (const field of fields) {
    expect(field).toMatch(
      /type="password" autocomplete="(?:(?:current|new)-password|\$\{complete\})"/,
    );
  }
  expect(filesWith(/onpaste|['"`]paste['"`]/)).toEqual([]);
});

test('a password is hashed by scrypt, as slowly as OWASP asks for', () => {
  expect(filesWith(/\bscrypt\b.*from|scrypt as|pbkdf2|argon2|bcrypt/)).toEqual([
    'src/operators/password.ts',
  ]);
  const text = SOURCES.find(({ file }) => file === 'src/operators/password.ts')?.text;
  expect(text).toContain('const COST = { N: 2 ** 17, r: 8, p: 1 } as const;');
  expect(text).toContain('derive(password, salt, COST, OWN_TURN)');
});

test('there is no XML, LDAP, GraphQL or WebSocket to be abused', () => {
  const production = readFileSync(path.join(ROOT, 'package.json'), 'utf8');
  expect(production).not.toMatch(/"[^"]*(xml|ldap|graphql|latex|"ws")[^"]*"/i);
  expect(filesWith(/from '(ws|node:dgram)'|new WebSocket/)).toEqual([]);
});

test('mail is sent from one place, which reads no file and asks no URL for it', () => {
  expect(filesWith(/import\('nodemailer'\)|from 'nodemailer'/)).toEqual([
    'src/alerts/channels/email.ts',
  ]);
  const text = SOURCES.find(({ file }) => file === 'src/alerts/channels/email.ts')?.text;
  expect(text).toMatch(/disableFileAccess: true,\s+disableUrlAccess: true/);
});
