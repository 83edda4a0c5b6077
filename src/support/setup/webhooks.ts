import type { Seam } from '../../seam/client.ts';
import { EVENT_TYPES } from '../../seam/events.ts';
import type { RegisteredWebhook } from '../../seam/resources.ts';

/** The path at which `serve` takes webhooks. */
export const OUR_PATH = '/webhooks/seam';

/** How an endpoint that is registered with Seam compares with what we need. Never with its secret. */
export type Endpoint = Readonly<{
  webhook_id: string;
  url: string;
  /** Types of events that we need and that it isn't sent. */
  missing: readonly string[];
  /** Types that it is sent for nothing: they are answered 204 and not stored. `*` stands for all others. */
  superfluous: readonly string[];
}>;

/** Compares by types; `*` stands for all there are. Pure. */
export const toEndpoint = ({ webhookId, url, eventTypes }: RegisteredWebhook): Endpoint => {
  const needed: readonly string[] = EVENT_TYPES;
  const all = eventTypes.includes('*');
  return {
    webhook_id: webhookId,
    url,
    missing: all ? [] : needed.filter(type => !eventTypes.includes(type)),
    superfluous: eventTypes.filter(type => !needed.includes(type)),
  };
};

/**
 * Says why Seam's webhooks can't or shouldn't be sent to a URL; null when they can. Pure.
 * Unencrypted is only right where nothing leaves the machine: in the sandbox.
 */
export const endpointFault = (text: string): string | null => {
  if (!URL.canParse(text)) return 'It must be a full URL (https://<your host>/webhooks/seam).';
  const url = new URL(text);
  const isLocal = url.protocol === 'http:' && url.hostname === '127.0.0.1';
  if (url.protocol !== 'https:' && !isLocal) {
    return 'It must start with https:// (http://127.0.0.1 is fine for the sandbox).';
  }
  if (url.username !== '' || url.password !== '') return "It can't contain a user or a password.";
  return url.hash === '' ? null : "It can't have a part after #, which is never sent.";
};

/** Two ways to write the same URL are one endpoint. */
const isSame = (one: string, other: string): boolean =>
  URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href;

export type Setup =
  /** Registered just now. The one time that the secret is given out. */
  | Readonly<{ kind: 'created'; endpoint: Endpoint; secret: string | null }>
  /** There before, and as needed (`update`: has been made so). Its secret stays as it was. */
  | Readonly<{ kind: 'already_there' | 'updated'; endpoint: Endpoint }>
  /** There before, with other event types than we need; left alone. */
  | Readonly<{ kind: 'differs'; endpoint: Endpoint }>;

/**
 * Registers an endpoint for exactly the event types that we need, unless one with that URL is there.
 *
 * @param url one in which `endpointFault` sees none
 * @param options.update gives one that is there exactly those types
 * @throws SeamError when Seam doesn't answer or refuses
 */
export const setUpWebhook = async (
  seam: Pick<Seam, 'listWebhooks' | 'createWebhook' | 'updateWebhook'>,
  url: string,
  options: { update: boolean },
  signal: AbortSignal,
): Promise<Setup> => {
  const registered = await seam.listWebhooks(signal);
  const known = registered.find(webhook => isSame(webhook.url, url));
  if (known === undefined) {
    const webhook = await seam.createWebhook({ url, eventTypes: EVENT_TYPES }, signal);
    return { kind: 'created', endpoint: toEndpoint(webhook), secret: webhook.secret };
  }
  const endpoint = toEndpoint(known);
  const isExact = endpoint.missing.length + endpoint.superfluous.length === 0;
  if (isExact) return { kind: 'already_there', endpoint };
  if (!options.update) return { kind: 'differs', endpoint };
  const updated = { ...known, eventTypes: EVENT_TYPES };
  await seam.updateWebhook(updated, signal);
  return { kind: 'updated', endpoint: toEndpoint(updated) };
};

/** What is known of the secret of an endpoint that is there already. */
export type RegisteredSecret =
  /** No endpoint with that URL is registered. */
  | Readonly<{ kind: 'unregistered' }>
  /** Seam shows one that we have. */
  | Readonly<{ kind: 'known'; endpoint: Endpoint }>
  /** Seam shows one that we don't have. */
  | Readonly<{ kind: 'shown'; endpoint: Endpoint; secret: string }>
  /** Seam doesn't show it, so nothing tells whether we have it: it is to be copied from the Seam console. */
  | Readonly<{ kind: 'hidden'; endpoint: Endpoint }>;

/**
 * Whether what an endpoint sends could be verified: a set-up that was cut off has registered one, and not kept its secret.
 *
 * @param secrets those that we have
 * @throws SeamError when Seam doesn't answer
 */
export const secretOfRegistered = async (
  seam: Pick<Seam, 'listWebhooks'>,
  url: string,
  secrets: readonly string[],
  signal: AbortSignal,
): Promise<RegisteredSecret> => {
  const registered = await seam.listWebhooks(signal);
  const known = registered.find(webhook => isSame(webhook.url, url));
  if (known === undefined) return { kind: 'unregistered' };
  const { secret } = known;
  const endpoint = toEndpoint(known);
  if (secret?.startsWith('whsec_')) {
    return secrets.includes(secret)
      ? { kind: 'known', endpoint }
      : { kind: 'shown', endpoint, secret };
  }
  return { kind: 'hidden', endpoint };
};

export type WebhookCheck = Readonly<{
  /** Whether an endpoint of ours gets all that we need. */
  ok: boolean;
  /** What is wrong, a sentence each; empty when all is well. */
  problems: readonly string[];
  /** What is worth knowing, though nothing is lost by it. */
  notes: readonly string[];
  endpoints: readonly Endpoint[];
}>;

/**
 * Compares what is registered with Seam with what is needed.
 *
 * @param url our endpoint; without it, all those whose path is ours count
 * @param secrets those that signatures are checked with, to be held against Seam's where it shows them
 * @throws SeamError when Seam doesn't answer
 */
export const checkWebhooks = async (
  seam: Pick<Seam, 'listWebhooks'>,
  url: string | undefined,
  secrets: readonly string[],
  signal: AbortSignal,
): Promise<WebhookCheck> => judge(await seam.listWebhooks(signal), url, secrets);

/**
 * Pure. Secrets go in, and don't come out. Of several endpoints with our path (a workspace that two
 * installations share) one that is in order is enough: what is wrong with the others is only told.
 */
export const judge = (
  registered: readonly RegisteredWebhook[],
  url: string | undefined,
  secrets: readonly string[],
): WebhookCheck => {
  const ours = registered.filter(webhook =>
    url === undefined ? pathOf(webhook.url) === OUR_PATH : isSame(webhook.url, url),
  );
  const faults = ours.map(webhook => [
    ...tellMissing(toEndpoint(webhook)),
    ...tellSecret(webhook, secrets),
  ]);
  const ok = faults.some(ofOne => ofOne.length === 0);
  const told = ours.length === 0 ? [tellNone(registered.length, url)] : faults.flat();
  const endpoints = ours.map(toEndpoint);
  const notes = [...endpoints.flatMap(tellSuperfluous), ...tellTwice(ours)];
  return { ok, problems: ok ? [] : told, notes: ok ? [...told, ...notes] : notes, endpoints };
};

const pathOf = (url: string): string | null =>
  URL.canParse(url) ? new URL(url).pathname.replace(/\/+$/, '') : null;

const tellNone = (registered: number, url: string | undefined): string => {
  const which = url ?? `a URL that ends in ${OUR_PATH}`;
  const others = registered === 0 ? '' : ` (${registered} with other URLs)`;
  return `No endpoint is registered with ${which}${others}, so no webhook arrives.`;
};

const tellMissing = ({ url, missing }: Endpoint): string[] =>
  missing.length === 0 ? [] : [`${url} is not sent ${missing.join(', ')}.`];

const tellSuperfluous = ({ url, superfluous }: Endpoint): string[] =>
  superfluous.length === 0
    ? []
    : [`${url} is also sent ${superfluous.join(', ')}, which is answered with 204 and not stored.`];

const tellTwice = (ours: readonly RegisteredWebhook[]): string[] =>
  ours
    .filter(({ url }, n) => ours.findIndex(other => isSame(other.url, url)) < n)
    .map(({ url, webhookId }) => `${url} is registered more than once, also as ${webhookId}.`);

/** Only where both sides show one: Seam may hide it. */
const tellSecret = ({ url, secret }: RegisteredWebhook, secrets: readonly string[]): string[] =>
  secrets.length === 0 ||
  secret === null ||
  !secret.startsWith('whsec_') ||
  secrets.includes(secret)
    ? []
    : [
        `The secret of ${url} is not in SEAM_WEBHOOK_SECRET (or the workspace's webhook_secrets), so what it sends is refused.`,
      ];
