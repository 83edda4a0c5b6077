import type { AccountState } from '../model/outcome.ts';
import type { Standing } from './facts.ts';

type Explanation = Readonly<{
  sentence: string;
  remedy: string;
  /** What an account with it is, where that is not `connected`. */
  means?: 'disconnected' | 'reauthorization_requested';
}>;

/** Seam puts it on an account while it waits for a new authorization. */
export const REAUTHORIZATION_CODE = 'account_reauthorization_requested';
export const BEING_DELETED_CODE = 'being_deleted';

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
    account_disconnected: {
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
    },
    dormakaba_sites_disconnected: {
      sentence: "One or more of the account's dormakaba sites couldn't be connected.",
      remedy: 'Contact dormakaba support.',
    },
    [REAUTHORIZATION_CODE]: {
      sentence: 'The account still works, but the user must authorize Seam again soon.',
      remedy: `${RECONNECT} Otherwise it will be disconnected.`,
      means: 'reauthorization_requested',
    },
    devices_connected_to_other_account: {
      sentence:
        "Some of this account's devices belong to another connected account, and a device can belong to only one.",
      remedy:
        'Remove the devices from the other account, then ask the user to connect this one again.',
    },
    [BEING_DELETED_CODE]: {
      sentence: 'Seam is deleting the account and everything in it.',
      remedy: 'Nothing. The link ends once the account is gone.',
    },
    scheduled_maintenance_window: {
      sentence: 'The lock manufacturer has scheduled maintenance.',
      remedy: WAIT,
    },
    provider_service_unavailable: {
      sentence: "The lock manufacturer's service is currently unavailable.",
      remedy: WAIT,
    },
    unknown_issue_with_connected_account: {
      sentence:
        'Seam is having trouble syncing the account with the lock manufacturer. Some devices may not work.',
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

/** The codes that make an account something else than `connected`. */
export const codesThatMean = (state: NonNullable<Explanation['means']>): string[] =>
  [...CODES].filter(([, { means }]) => means === state).map(([code]) => code);

type Troubled = Readonly<{ errors: readonly unknown[]; warnings: readonly unknown[] }>;

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
  const meant = [...account.errors, ...account.warnings].map(
    item => CODES.get(codeOf(item) ?? '')?.means,
  );
  if (meant.includes('disconnected')) return 'disconnected';
  return standing.reauthorizationRequested || meant.includes('reauthorization_requested')
    ? 'reauthorization_requested'
    : 'connected';
};

/** Whether Seam itself says that it is at deleting the account. */
export const isBeingDeleted = ({ errors, warnings }: Troubled): boolean =>
  [...errors, ...warnings].some(item => codeOf(item) === BEING_DELETED_CODE);

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
