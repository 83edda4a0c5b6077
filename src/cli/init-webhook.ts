import { isWebhookSecret } from '../config/workspaces.ts';
import type { Seam } from '../seam/client.ts';
import {
  type Endpoint,
  endpointFault,
  OUR_PATH,
  secretOfRegistered,
} from '../support/setup/webhooks.ts';
import { type Asking, settle } from './init-question.ts';
import { type Tried, wrong } from './init-try.ts';
import { patiently } from './seam.ts';

/** Where Seam reaches `serve`. */
export type WebhookAnswer = Readonly<{
  /** Null: later. Else with the one that is registered already, if one is. */
  endpoint: Readonly<{ url: string; registered: Endpoint | null }> | null;
  settings: Record<string, string>;
}>;

/** The secrets of SEAM_WEBHOOK_SECRET. */
export const secretsOf = (text: string | undefined): string[] =>
  (text ?? '').split(',').flatMap(each => each.trim() || []);

/** With another one at its end, each once. */
export const withSecrets = (text: string | undefined, more: readonly string[]): string =>
  [...new Set([...secretsOf(text), ...more])].join();

/** `https://locks.example.com` is where `serve` is reached: what it takes webhooks at is known. */
const withPath = (answer: string): string => {
  if (!URL.canParse(answer)) return answer;
  const url = new URL(answer);
  if (url.pathname === '/' && url.search === '') url.pathname = OUR_PATH;
  return url.href;
};

/** Asks for the address of the endpoint, and for its secret where it is registered and Seam doesn't show it. */
export const askWebhook = async (
  asking: Asking,
  given: Readonly<{ webhookUrl?: string }>,
  seam: Seam,
): Promise<WebhookAnswer> => {
  const { env } = asking;
  const port = env.PORT || '3000';
  const { answer } = await settle<null>(asking, {
    name: 'Webhook URL (WEBHOOK_URL)',
    intro: [
      `Where Seam reaches "serve" from the internet: https://<your host>${OUR_PATH}, or "skip" for later.`,
      `On a laptop, let a tunnel lead to port ${port}, in another terminal, and give the https:// address that it`,
      `prints: cloudflared tunnel --url http://127.0.0.1:${port}   (or: ngrok http ${port})`,
    ],
    given: given.webhookUrl,
    known: env.WEBHOOK_URL,
    attempt: async text => tryWebhookUrl(text),
  });
  if (answer === 'skip') {
    // One that no command would take isn't left there.
    const isWrong = env.WEBHOOK_URL && endpointFault(env.WEBHOOK_URL) !== null;
    return { endpoint: null, settings: isWrong ? { WEBHOOK_URL: '' } : {} };
  }
  const url = withPath(answer);
  const secrets = secretsOf(env.SEAM_WEBHOOK_SECRET);
  const known = await secretOfRegistered(seam, url, secrets, patiently());
  const endpoint = { url, registered: known.kind === 'unregistered' ? null : known.endpoint };
  const more = known.kind === 'shown' ? [known.secret] : [];
  const owed = known.kind === 'hidden' ? await askSecret(asking, secrets) : more;
  const all = withSecrets(env.SEAM_WEBHOOK_SECRET, owed);
  const settings = all === secrets.join() ? {} : { SEAM_WEBHOOK_SECRET: all };
  return { endpoint, settings: { WEBHOOK_URL: url, ...settings } };
};

/**
 * Nothing tells whether a secret that is set is this endpoint's, or another's (of a tunnel before): a person is asked.
 *
 * @param secrets those that are set
 * @returns one that is to be added, or none
 */
const askSecret = async (asking: Asking, secrets: readonly string[]): Promise<string[]> => {
  const isSet = secrets.length > 0;
  const { found } = await settle<string[]>(asking, {
    name: 'Its signing secret (SEAM_WEBHOOK_SECRET)',
    intro: [
      "That endpoint is registered already, and Seam doesn't show its secret here. Copy it from the Seam console",
      "(Developer, Webhooks): whsec_… It isn't shown while you type.",
      ...(isSet ? ['Enter, if it is one of those that SEAM_WEBHOOK_SECRET has already.'] : []),
    ],
    known: isSet ? secrets.join() : undefined,
    shown: 'what is set',
    hidden: true,
    attempt: async text => {
      if (isSet && text === secrets.join()) {
        const said =
          "Seam doesn't show its secret: SEAM_WEBHOOK_SECRET, as it is set, is taken to have it";
        return { ok: true, said, found: [] };
      }
      return isWebhookSecret(text)
        ? { ok: true, said: 'it has the form of one', found: [text] }
        : wrong('it must be the signing secret that Seam shows (whsec_…)');
    },
  });
  return found;
};

const tryWebhookUrl = (text: string): Tried<null> => {
  if (text === 'skip') {
    return { ok: true, said: 'later, with "webhook setup" or with "init" again', found: null };
  }
  const url = withPath(text);
  const fault = endpointFault(url);
  if (fault !== null) return wrong(fault);
  const path = new URL(url).pathname;
  const mind =
    path === OUR_PATH
      ? ''
      : `: your proxy has to turn ${path} into ${OUR_PATH}, which "serve" takes`;
  return { ok: true, said: `${url}${mind}`, found: null };
};
