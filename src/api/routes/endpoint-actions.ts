import { z } from 'zod';
import type { Desk } from '../../support/desk.ts';
import { disableEndpoint, enableEndpoint, MISSED } from '../../support/endpoints/enable.ts';
import { viewEndpoint } from '../../support/endpoints/read.ts';
import { REPLAYED, replay } from '../../support/endpoints/replay.ts';
import { testEndpoint } from '../../support/endpoints/test.ts';
import { described, flag, number, textOrNull, why } from '../fields.ts';
import { named } from '../named.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { SAMPLE } from '../sample.ts';
import { endpointAnswer, endpointEnabled, endpointParams, toEndpoint } from './endpoint-schemas.ts';
import { messageType } from './message-schemas.ts';

/* What a person does about an endpoint. */

const text = z.string().min(1).max(600);
const moment = z.iso.datetime().optional();

const asDate = (given: string | undefined): Date | undefined =>
  given === undefined ? undefined : new Date(given);

const shown = async (desk: Desk, viewer: Parameters<typeof viewEndpoint>[1], id: number) => ({
  endpoint: toEndpoint(await viewEndpoint(desk, viewer, id)),
});

export const ENDPOINT_ACTION_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'post',
    path: '/endpoints/{id}/test',
    needs: 'manage_endpoints',
    reach: 'installation',
    operationId: 'testEndpoint',
    tag: 'Endpoints',
    summary:
      'Send a message of the type `endpoint.test`, also to a disabled endpoint, and wait for the answer; not to hooks',
    params: endpointParams,
    answer: named(
      'EndpointAnswer',
      'What an endpoint answered to a test.',
      z.strictObject({
        status: described(
          z.number().nullable(),
          'The HTTP status; null: there was no answer, or it is a queue',
          200,
        ),
        fault: textOrNull('Why it failed; null: your app has taken it'),
        answer: textOrNull('The beginning of what it answered', '{"ok":true}'),
        duration_ms: number('How long it took', 38),
        resumed: described(
          z.boolean(),
          'Your app has taken it, and the endpoint was failing or rested: what waits for it is sent now',
          false,
        ),
      }),
      { status: 200, fault: null, answer: '{"ok":true}', duration_ms: 38, resumed: false },
    ),
    handle: async ({ desk, actor, params }) => {
      const tested = await testEndpoint(desk, actor, params.id);
      const { status, fault, answer, durationMs, resumed } = tested;
      return { status, fault, answer, duration_ms: durationMs, resumed };
    },
  }),
  apiRoute({
    method: 'post',
    path: '/endpoints/{id}/disable',
    needs: 'manage_endpoints',
    reach: 'installation',
    operationId: 'disableEndpoint',
    tag: 'Endpoints',
    summary: 'Send nothing to an endpoint any more; what waits for it keeps waiting',
    params: endpointParams,
    body: named(
      'DisableEndpointRequest',
      'Why nothing is to be sent.',
      z.strictObject({ why: why() }),
      { why: SAMPLE.why },
    ),
    answer: endpointAnswer,
    handle: async ({ desk, actor, params, body }) => {
      await disableEndpoint(desk, actor, params.id, body);
      return shown(desk, actor, params.id);
    },
  }),
  apiRoute({
    method: 'post',
    path: '/endpoints/{id}/enable',
    needs: 'manage_endpoints',
    reach: 'installation',
    operationId: 'enableEndpoint',
    tag: 'Endpoints',
    summary: 'Send to a disabled endpoint again, with what it missed or without',
    params: endpointParams,
    body: named(
      'EnableEndpointRequest',
      'What becomes of the messages that came while it was disabled.',
      z.strictObject({
        missed: described(
          z.enum(MISSED),
          '`send`: all of them, in their order, before what is new; `skip`: none of them',
        ),
        why: why().optional(),
      }),
      { missed: 'send', why: SAMPLE.why },
    ),
    answer: endpointEnabled,
    handle: async ({ desk, actor, params, body }) => {
      const { owed } = await enableEndpoint(desk, actor, params.id, body);
      return { ...(await shown(desk, actor, params.id)), owed };
    },
  }),
  apiRoute({
    method: 'post',
    path: '/endpoints/{id}/replay',
    needs: 'replay',
    reach: 'installation',
    operationId: 'replayMessages',
    tag: 'Endpoints',
    summary: 'Send messages to an endpoint again, in their order and with the ids that they had',
    params: endpointParams,
    body: named(
      'ReplayRequest',
      'Which messages are sent again; what is left out doesn’t matter.',
      z.strictObject({
        states: described(
          z.enum(REPLAYED),
          '`dead`: those that were given up; `all`: also those that were taken, and those that it was never owed',
        ),
        since: described(moment, 'Only of what took place at this time or later', SAMPLE.at),
        until: described(moment, 'Only of what took place before this time', SAMPLE.later),
        types: described(z.array(messageType).min(1).optional(), 'Only of these types'),
        user: described(
          text.optional(),
          'Only of accounts that were this user’s, or had been until then',
          SAMPLE.user_id,
        ),
        account: described(text.optional(), 'Only about this connected account', SAMPLE.account_id),
        dry_run: described(
          z.boolean().default(false),
          'Only count them: nothing is sent or written down',
        ),
        why: why().optional(),
      }),
      { states: 'dead', since: SAMPLE.at, dry_run: false, why: SAMPLE.why },
    ),
    answer: named(
      'Replayed',
      'How many messages are sent again.',
      z.strictObject({
        matching: number('How many match', 3),
        sent_again: number('How many of them are sent by this; of a dry run none', 3),
        dry_run: flag('Whether they were only counted'),
      }),
      { matching: 3, sent_again: 3, dry_run: false },
    ),
    handle: async ({ desk, actor, params, body }) => {
      const { since, until, dry_run: dryRun, ...given } = body;
      const asked = { ...given, since: asDate(since), until: asDate(until), dryRun };
      const { matching, sentAgain } = await replay(desk, actor, params.id, asked);
      return { matching, sent_again: sentAgain, dry_run: dryRun };
    },
  }),
];
