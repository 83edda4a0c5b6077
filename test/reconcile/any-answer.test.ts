import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../../src/db/client.ts';
import { accountStateOf, stateToldSince } from '../../src/reconcile/account-state.ts';
import type { Run } from '../../src/reconcile/begin.ts';
import { type Conclusion, settledAs } from '../../src/reconcile/conclude.ts';
import { type Facts, isShown } from '../../src/reconcile/facts.ts';
import { record } from '../../src/reconcile/record.ts';
import { readStanding } from '../../src/reconcile/standing.ts';
import { connectedAccountSchema, connectWebviewSchema } from '../../src/seam/resources.ts';
import { toStorable } from '../../src/seam/storable.ts';
import { anyInstant, anyJson, anyJsonObject, anyText, oddValue } from '../fixtures/arbitraries.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** As it comes off the wire: JSON has numbers that JSON.stringify never writes. */
const numbersBeyond = fc.constantFrom('-0', '1e400', '-1e400', '1e-400', '12345678901234567890.5');
const metadata = fc
  .tuple(anyJsonObject, numbersBeyond)
  .map(([object, text]): unknown => ({ ...object, id: 'ada', n: JSON.parse(text) }));
const maybe = (usual: fc.Arbitrary<unknown>) =>
  fc.option(fc.oneof({ weight: 3, arbitrary: usual }, oddValue), { nil: undefined });

const account = fc.record({
  connected_account_id: fc.constant('account_1'),
  account_type: maybe(anyText),
  account_type_display_name: maybe(anyText),
  display_name: maybe(anyText),
  image_url: maybe(anyText),
  time_zone: maybe(anyText),
  user_identifier: maybe(metadata),
  custom_metadata: metadata,
  errors: maybe(fc.array(anyJson)),
  warnings: maybe(fc.array(anyJson)),
  accepted_capabilities: maybe(fc.array(anyText)),
  automatically_manage_new_devices: maybe(fc.boolean()),
  customer_key: maybe(anyText),
  created_at: maybe(anyInstant),
});
const webview = fc.record({
  connect_webview_id: fc.constant('webview_1'),
  status: anyText,
  login_successful: maybe(fc.boolean()),
  connected_account_id: fc.constant('account_1'),
  custom_metadata: metadata,
  selected_provider: maybe(anyText),
  authorized_at: maybe(anyInstant),
  created_at: maybe(anyInstant),
});

test('nothing that Seam could answer makes the reading of it throw', () => {
  fc.assert(
    fc.property(fc.oneof(anyJson, account, webview), answer => {
      const json = toStorable(answer);
      for (const schema of [connectedAccountSchema, connectWebviewSchema]) {
        expect(() => schema.safeParse(json)).not.toThrow();
      }
    }),
    { numRuns: 1_000 },
  );
});

const NOBODY = {
  claim: { kind: 'missing' },
  user: { kind: 'none' },
  rival: null,
  requestId: null,
} as const;
const runOf = (id: number): Run => ({
  id,
  subject: 'connect_webview:webview_1',
  subjectKind: 'connect_webview',
  subjectId: 'webview_1',
  trigger: 'delivery',
  workspaceId: null,
  generation: 1,
  hintedAccountId: null,
  isClaimed: false,
  authorized: null,
  interruptedRunId: null,
});

const NOTHING_SAID = { deletionAnnounced: 'no', reauthorizationRequested: false } as const;

const kept = (facts: Facts): Conclusion => ({
  applied: settledAs('kept', null, null),
  own: {
    state: 'linked',
    reason: null,
    attempts: 0,
    isUnavailable: false,
    isSettled: true,
    observedGeneration: 1,
    dueInMs: null,
  },
  link: { kind: 'none' },
  others: null,
  isFinal: true,
  facts,
});

test('what is read can be stored, and read again is no change', async () => {
  let runId = 0;
  await fc.assert(
    fc.asyncProperty(account, webview, async (ofAccount, ofWebview) => {
      const facts: Facts = {
        ...NOBODY,
        subjectKind: 'connect_webview',
        webview: connectWebviewSchema.parse(toStorable(ofWebview)),
        connectedAccountId: 'account_1',
        account: connectedAccountSchema.parse(toStorable(ofAccount)),
      };
      runId += 1;
      const run = runOf(runId);
      const standing = await inTransaction(database.pool, async client => {
        const state = accountStateOf(facts.account, NOTHING_SAID);
        const since = isShown(facts.account) ? stateToldSince(facts.account, state) : null;
        const shown = { state, since, failureDescription: 'In words of Seam.' };
        await record(client, run, kept(facts), shown, { webview: false, account: false });
        return await readStanding(client, run, facts);
      });
      expect(standing).toEqual({
        linkedUserId: null,
        isProvisional: false,
        byHand: null,
        endedByHand: null,
        isErased: false,
        errorsTold: [],
        accountChanged: false,
        superseded: false,
        isGone: false,
        otherOwner: null,
        isMisheld: false,
        ...NOTHING_SAID,
      });
    }),
    { numRuns: 200 },
  );
});
