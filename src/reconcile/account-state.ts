import type { AccountState } from '../model/outcome.ts';
import { readInstant } from '../seam/timestamp.ts';
import type { Standing } from './facts.ts';

type Explanation = Readonly<{
  sentence: string;
  remedy: string;
  /** What an account with it is, where that is not `connected`. */
  means?: Extract<AccountState, 'disconnected' | 'reauthorization_requested' | 'being_deleted'>;
  /** Also as an error it leaves the account at work. */
  onlyLimits?: true;
}>;

/** Seam puts it on an account while it waits for a new authorization. */
export const REAUTHORIZATION_CODE = 'account_reauthorization_requested';
export const BEING_DELETED_CODE = 'being_deleted';
/** Nothing but a new sign-in helps. */
export const ACCESS_LOST_CODE = 'account_disconnected';
/** It works, but without some of its devices. */
export const DEVICES_ELSEWHERE_CODE = 'devices_connected_to_other_account';

const RECONNECT = 'Ask the user to connect the account again through a new Connect Webview.';
const WAIT = 'Nothing. Seam reconnects automatically.';

/**
 * The codes of errors and warnings that Seam documents, in words for support staff. Seam may add others:
 * those are told in Seam's own words (see `explainTroubles`).
 * Sources: Seam's API reference, "Connected Account" object (errors, warnings), and its older list of
 * account errors and warnings, which alone has `devices_connected_to_other_account`.
 */
const CODES: ReadonlyMap<string, Explanation> = new Map(
  Object.entries({
    [ACCESS_LOST_CODE]: {
      sentence: 'Seam has lost access to the account, for example because the password changed.',
      remedy: RECONNECT,
      means: 'disconnected',
    },
    bridge_disconnected: {
      sentence: 'Seam Bridge, the program that runs at the site, is stopped or offline.',
      remedy: 'Ask someone at the site to start Seam Bridge or bring its computer online.',
      means: 'disconnected',
    },
    salto_ks_subscription_limit_exceeded: {
      sentence:
        'The Salto KS site has reached its user limit, so no new access codes can be created.',
      remedy: 'Ask Salto to raise the limit, or remove users from the site.',
      onlyLimits: true,
    },
    dormakaba_sites_disconnected: {
      sentence: "One or more of the account's dormakaba sites couldn't be connected.",
      remedy: 'Contact dormakaba support.',
      means: 'disconnected',
    },
    [REAUTHORIZATION_CODE]: {
      sentence: 'The account still works, but the user must authorize Seam again soon.',
      remedy: `${RECONNECT} Otherwise it will be disconnected.`,
      means: 'reauthorization_requested',
    },
    [DEVICES_ELSEWHERE_CODE]: {
      sentence:
        "Some of this account's devices belong to another connected account, and a device can belong to only one.",
      remedy:
        'Remove the devices from the other account, then ask the user to connect this one again.',
      onlyLimits: true,
    },
    [BEING_DELETED_CODE]: {
      sentence: 'Seam is deleting the account and everything in it.',
      remedy: 'Nothing. The link ends once the account is gone.',
      means: 'being_deleted',
    },
    scheduled_maintenance_window: {
      sentence: "The account's provider has scheduled maintenance.",
      remedy: WAIT,
    },
    provider_service_unavailable: {
      sentence: "The service of the account's provider is currently unavailable.",
      remedy: WAIT,
    },
    unknown_issue_with_connected_account: {
      sentence:
        'Seam is having trouble syncing the account with its provider. Some devices may not work.',
      remedy: 'Wait a while. If this persists, contact Seam with the account id.',
    },
    setup_required: {
      sentence: 'The account needs further setup before it works fully.',
      remedy: "Follow the instructions in Seam's message.",
    },
    salto_ks_subscription_limit_almost_reached: {
      sentence: 'The Salto KS site has used more than 80% of its user limit.',
      remedy: 'Ask Salto to raise the limit, or remove users from the site.',
    },
    dormakaba_sites_unapproved: {
      sentence: "One or more of the account's dormakaba sites aren't approved yet.",
      remedy: 'Ask Seam (support@getseam.com) to finish setting up the account.',
    },
  } satisfies Record<string, Explanation>),
);

/** The codes that make an account something else than `connected`, as a warning, too. */
export const codesThatMean = (state: NonNullable<Explanation['means']>): string[] =>
  [...CODES].filter(([, { means }]) => means === state).map(([code]) => code);

/** The codes of errors with which an account still works, unless Seam says that the error is the account's own. */
export const LIMITING_CODES: readonly string[] = [...CODES]
  .filter(([, { onlyLimits }]) => onlyLimits === true)
  .map(([code]) => code);

/** Whether Seam documents the code, so that the account's own object shows it. */
export const isDocumented = (item: unknown): boolean => CODES.has(codeOf(item) ?? '');

type Troubled = Readonly<{ errors: readonly unknown[]; warnings: readonly unknown[] }>;
type Meaning = NonNullable<Explanation['means']>;

const meaningOfWarning = (item: unknown): Meaning | null =>
  CODES.get(codeOf(item) ?? '')?.means ?? null;

/**
 * An error takes the account out of service, unless we know that it doesn't: one that we don't know is not taken
 * for harmless, nor one that Seam says is the account's own (`is_connected_account_error`).
 */
const meaningOfError = (item: unknown): Meaning | null => {
  const known = CODES.get(codeOf(item) ?? '');
  if (known?.means !== undefined) return known.means;
  const isItsOwn = fieldOf(item, 'is_connected_account_error') === true;
  return known?.onlyLimits === true && !isItsOwn ? null : 'disconnected';
};

const meaningsIn = ({ errors, warnings }: Troubled): { item: unknown; means: Meaning | null }[] => [
  ...errors.map(item => ({ item, means: meaningOfError(item) })),
  ...warnings.map(item => ({ item, means: meaningOfWarning(item) })),
];

/**
 * How an account stands. Seam's object has the last word; what was delivered is only asked where the
 * object can't tell.
 *
 * @returns null where that is not known: nobody asked, or it is gone and nobody said that it is deleted
 */
export const accountStateOf = (
  account: Troubled | null | 'not_asked',
  standing: Pick<Standing, 'deletionAnnounced' | 'reauthorizationRequested'> &
    Partial<Pick<Standing, 'isGone'>>,
): AccountState | null => {
  if (account === 'not_asked') return null;
  if (account === null) {
    return standing.deletionAnnounced === 'no' && standing.isGone !== true ? null : 'deleted';
  }
  const meant = meaningsIn(account).map(({ means }) => means);
  // Nothing is to be mended of what is about to be gone.
  if (meant.includes('being_deleted')) return 'being_deleted';
  if (meant.includes('disconnected')) return 'disconnected';
  return standing.reauthorizationRequested || meant.includes('reauthorization_requested')
    ? 'reauthorization_requested'
    : 'connected';
};

/** Since when Seam says that an account has what makes it stand so: of several the first; null where it doesn't say. */
export const stateToldSince = (account: Troubled, state: AccountState | null): Date | null => {
  const times = meaningsIn(account)
    .filter(({ means }) => means === state)
    .flatMap(({ item }) => readInstant(fieldOf(item, 'created_at')) ?? []);
  return times.reduce<Date | null>(
    (first, time) => (first === null || time < first ? time : first),
    null,
  );
};

/** Whether Seam itself says that it is at deleting the account. */
export const isBeingDeleted = ({ errors, warnings }: Troubled): boolean =>
  [...errors, ...warnings].some(item => codeOf(item) === BEING_DELETED_CODE);

/** Of an account's troubles the one that it is disconnected for; null where there is none. */
export const causeIn = (troubles: readonly Trouble[]): Trouble | null =>
  troubles.find(({ kind, code }) => kind === 'error' && !LIMITING_CODES.includes(code ?? '')) ??
  troubles.find(({ kind }) => kind === 'error') ??
  troubles.find(({ code }) => CODES.get(code ?? '')?.means === 'disconnected') ??
  null;

/** An error or a warning of an account, in words. */
export type Trouble = Readonly<{
  kind: 'error' | 'warning';
  /** null where Seam gave none that can be read. */
  code: string | null;
  sentence: string;
  remedy: string;
  /** Seam's own message, where there is one. */
  message: string | null;
  /** The devices that it is about, where Seam names any. */
  device_ids: readonly string[];
}>;

/** Errors first, each in words; a code that we don't know is told in Seam's own. */
export const explainTroubles = ({ errors, warnings }: Troubled): Trouble[] => [
  ...errors.map(item => explain('error', item)),
  ...warnings.map(item => explain('warning', item)),
];

const explain = (kind: Trouble['kind'], item: unknown): Trouble => {
  const code = codeOf(item);
  const message = textOf(item, 'message') ?? (typeof item === 'string' ? item : null);
  const { sentence, remedy } = CODES.get(code ?? '') ?? unknownCode(kind, message);
  // The older form of Seam's documentation calls them `existing_device_ids`.
  const devices = fieldOf(item, 'device_ids') ?? fieldOf(item, 'existing_device_ids');
  const deviceIds = Array.isArray(devices) ? devices.filter(id => typeof id === 'string') : [];
  return { kind, code, sentence, remedy, message, device_ids: deviceIds };
};

const unknownCode = (kind: Trouble['kind'], message: string | null): Explanation => ({
  sentence:
    message === null
      ? `Seam shows ${kind === 'error' ? 'an error' : 'a warning'} that we don't recognize, without a message.`
      : `Seam says: “${message}”`,
  remedy: 'Ask Seam what it means, and give them the account id.',
});

const fieldOf = (item: unknown, key: string): unknown =>
  typeof item === 'object' && item !== null && Object.hasOwn(item, key)
    ? (item as Readonly<Record<string, unknown>>)[key]
    : undefined;

const textOf = (item: unknown, key: string): string | null => {
  const value = fieldOf(item, key);
  return typeof value === 'string' && value !== '' ? value : null;
};

const codeOf = (item: unknown): string | null =>
  textOf(item, 'error_code') ?? textOf(item, 'warning_code');
