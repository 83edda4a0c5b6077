import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../../src/access/permissions.ts';
import { addOperator } from '../../src/operators/operators.ts';
import { findSession } from '../../src/operators/sessions.ts';
import { createSignInLink, signInWithLink } from '../../src/operators/sign-in.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { SHELL } from '../fixtures/shell.ts';
import { addToken } from '../fixtures/tokens.ts';
import { openLane } from './client.ts';
import { ATTACK, deskRequest, type Holder } from './desk-requests.ts';
import { encode, type Request } from './request.ts';

/* Whatever is thrown at the support desk: it answers, says nothing of its insides, and runs nothing. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  for (const subject of ['connect_webview:1', 'connected_account:2', 'delivery:3']) {
    await addConnection(desk.database, {
      subject,
      reason: 'user_not_found',
      claimedUserId: ATTACK,
    });
  }
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
});

/** New ones for each round: a request may have ended the session, or revoked the token. */
const holderOf = async (role: Role, round: number): Promise<Holder> => {
  const { pool } = desk.database;
  const name = `${role} ${round}`;
  const { id } = await addOperator(pool, SHELL, { name, role, password: null });
  const token = await signInWithLink(pool, await createSignInLink(pool, id, 5));
  const session = await findSession(pool, token ?? '');
  const { secret } = await addToken(pool, { name, role, owner: name });
  return { token: secret, cookie: `seam-reconciler=${token}`, csrf: session?.csrf ?? '' };
};

const LEAKS = [/\n\s+at \S+ \(/, /node_modules/, /\bselect .* from reconciler\./i];
const RUNS = /<img src=x onerror/i;

const faultsOf = ({ method }: Request, status: unknown, text: string): string[] => [
  ...(typeof status === 'number' && status < 500 ? [] : [`was answered ${status}`]),
  ...[...LEAKS, ...(isNoPage(text) ? [] : [RUNS])]
    .filter(leak => leak.test(text))
    .map(leak => `was answered with ${leak}`),
  ...(/^access-control/im.test(text) ? ['lets other sites in'] : []),
  ...(method === 'TRACE' && status === 200 ? ['was echoed'] : []),
];

/** What no browser takes for a page: data, said to be data, and not to be guessed at. */
const isNoPage = (text: string): boolean =>
  /^content-type: (application\/json|text\/csv)/im.test(text) &&
  /^x-content-type-options: nosniff/im.test(text);

const ROUNDS: readonly Role[] = ['admin', 'on-call', 'support', 'viewer', 'admin', 'admin'];
const PER_ROUND = 100;

test.each(ROUNDS.map((role, round) => ({ role, round })))(
  `${PER_ROUND} requests of a hostile $role (round $round): no 5xx, no inside, no script`,
  async ({ role, round }) => {
    const holder = await holderOf(role, round);
    const lane = openLane(Number(new URL(desk.url).port));
    const seen: number[] = [];
    for (const request of fc.sample(deskRequest(holder), { seed: round, numRuns: PER_ROUND })) {
      const { outcomes, text } = await lane.pipeline([
        { raw: encode(request), method: request.method },
      ]);
      const [status = 'closed'] = outcomes;
      if (typeof status === 'number') seen.push(status);
      const shown = encode(request).toString('latin1').slice(0, 1_500);
      expect(faultsOf(request, status, text), `${shown}\n\n${text.slice(0, 1_500)}`).toEqual([]);
    }
    lane.close();
    // Not all were turned away at the door.
    expect(seen.some(status => status === 200)).toBe(true);
    expect(seen.some(status => [404, 409, 422].includes(status))).toBe(true);
  },
);
