import { z } from 'zod';
import { url, webhookSecrets } from './values.ts';

/* What is set of alerts: whom they are told to, and from when on something is one. */

/** Where a message about alerts can go. `name` is what people and the database call it. */
export type AlertChannelSettings = Readonly<{ name: string }> &
  (
    | Readonly<{ kind: 'slack'; url: string }>
    | Readonly<{ kind: 'email'; smtpUrl: string; from: string; to: readonly string[] }>
    | Readonly<{ kind: 'pagerduty'; url: string; routingKey: string }>
    | Readonly<{ kind: 'url'; url: string; secrets: readonly string[] }>
  );

/** From when on something is wrong enough to be told. */
export type AlertLimits = Readonly<{
  /** For so long Seam throttles us, or is away. */
  seamMinutes: number;
  /** For so long a check has been due, or something stored waits to be taken up. */
  backlogMinutes: number;
  /** For so long an endpoint of the app takes nothing. */
  endpointMinutes: number;
  /** So many of a hundred parts of the database's room are in use. */
  diskPercent: number;
}>;

export type AlertSettings = Readonly<{
  channels: readonly AlertChannelSettings[];
  limits: AlertLimits;
  /** Where the runbooks are read; null: as files of this repository. */
  runbooksUrl: string | null;
}>;

const split = (text: string): string[] => text.split(',').map(part => part.trim());

const isWebUrl = (text: string): boolean =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

export const alertUrls = z
  .string()
  .transform(split)
  .refine(urls => urls.every(isWebUrl), {
    error: 'must be a URL that starts with https:// (or several, separated by commas)',
  });

export const alertUrl = url('https:', 'http:');

/** As `name@host`, without a name beside it: whatever else there is to an address, the mail server judges. */
const isAddress = (text: string): boolean => /^[^\s@<>"]+@[^\s@<>"]+$/.test(text);

export const alertAddresses = z
  .string()
  .transform(split)
  .refine(addresses => addresses.every(isAddress), {
    error: 'must be an e-mail address such as oncall@example.com (or several, separated by commas)',
  });

export const alertAddress = z.string().refine(isAddress, {
  error: 'must be one e-mail address, such as alerts@example.com',
});

export const smtpUrl = url('smtp:', 'smtps:');

/** Integration keys of PagerDuty's Events API v2: 32 letters and digits. */
export const alertPagerDutyKeys = z
  .string()
  .transform(split)
  .refine(keys => keys.every(key => /^[A-Za-z0-9]{32}$/.test(key)), {
    error:
      'must be the integration key of a service (Events API v2), 32 letters and digits (or several, separated by commas)',
  });

export const alertUrlSecrets = webhookSecrets;

type Parsed = Readonly<{
  ALERT_SLACK_URL?: readonly string[] | undefined;
  ALERT_EMAIL_TO?: readonly string[] | undefined;
  ALERT_EMAIL_FROM?: string | undefined;
  SMTP_URL?: string | undefined;
  ALERT_PAGERDUTY_KEY?: readonly string[] | undefined;
  ALERT_PAGERDUTY_URL: string;
  ALERT_URL?: string | undefined;
  ALERT_URL_SECRET?: readonly string[] | undefined;
  ALERT_SEAM_MINUTES: number;
  ALERT_BACKLOG_MINUTES: number;
  ALERT_ENDPOINT_MINUTES: number;
  ALERT_DISK_PERCENT: number;
  RUNBOOKS_URL?: string | undefined;
}>;

/** Which of them say something only together. */
const TOGETHER = [
  ['ALERT_EMAIL_TO', 'ALERT_EMAIL_FROM', 'SMTP_URL'],
  ['ALERT_URL', 'ALERT_URL_SECRET'],
] as const;

/** What is missing beside what is set, by name. @param isGiven whether a setting has a value, also by a file */
export const alertFaults = (isGiven: (name: string) => boolean): readonly string[] =>
  TOGETHER.flatMap(names => {
    const given = names.filter(isGiven);
    if (given.length === 0) return [];
    return names
      .filter(name => !isGiven(name))
      .map(name => `${name} must be set if ${given.join(' or ')} is`);
  });

/** The first is called by its kind alone, the others are numbered. */
const numbered = (kind: string, at: number): string => (at === 0 ? kind : `${kind} ${at + 1}`);

/** Pure; expects what `alertFaults` has nothing against. */
export const alertSettings = (parsed: Parsed): AlertSettings => {
  const { ALERT_EMAIL_TO: to, ALERT_EMAIL_FROM: from, SMTP_URL: smtp } = parsed;
  const { ALERT_URL: target, ALERT_URL_SECRET: secrets } = parsed;
  const channels: AlertChannelSettings[] = [
    ...(parsed.ALERT_SLACK_URL ?? []).map(
      (each, at) => ({ kind: 'slack', name: numbered('slack', at), url: each }) as const,
    ),
    ...(to === undefined || from === undefined || smtp === undefined
      ? []
      : [{ kind: 'email', name: 'email', smtpUrl: smtp, from, to } as const]),
    ...(parsed.ALERT_PAGERDUTY_KEY ?? []).map(
      (routingKey, at) =>
        ({
          kind: 'pagerduty',
          name: numbered('pagerduty', at),
          url: parsed.ALERT_PAGERDUTY_URL,
          routingKey,
        }) as const,
    ),
    ...(target === undefined || secrets === undefined
      ? []
      : [{ kind: 'url', name: 'url', url: target, secrets } as const]),
  ];
  return {
    channels,
    limits: {
      seamMinutes: parsed.ALERT_SEAM_MINUTES,
      backlogMinutes: parsed.ALERT_BACKLOG_MINUTES,
      endpointMinutes: parsed.ALERT_ENDPOINT_MINUTES,
      diskPercent: parsed.ALERT_DISK_PERCENT,
    },
    runbooksUrl: parsed.RUNBOOKS_URL?.replace(/\/+$/, '') ?? null,
  };
};
