/**
 * What an event tells us to look at. `delivery:` is the subject of an event that is signed and of
 * interest, but names nothing to look at: there is no other place where a person could see it.
 */
export const SUBJECT_KINDS = ['connect_webview', 'connected_account', 'delivery'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];
export type Subject = `${SubjectKind}:${string}`;

export const subjectOf = (kind: SubjectKind, id: string): Subject => `${kind}:${id}`;
export const deliverySubject = (eventId: string): Subject => subjectOf('delivery', eventId);

/** @throws TypeError for a text that is no subject */
export const parseSubject = (text: string): { kind: SubjectKind; id: string } => {
  const kind = SUBJECT_KINDS.find(candidate => text.startsWith(`${candidate}:`));
  if (kind === undefined) throw new TypeError(`not a subject: ${JSON.stringify(text)}`);
  return { kind, id: text.slice(kind.length + 1) };
};

/** The id of an account or a webview, with or without its kind before it: `connected_account:<id>`. */
export const bareId = (text: string): string =>
  text.replace(/^(?:connected_account|connect_webview):/, '');

const MAX_ID_LENGTH = 256;

/**
 * Whether a value can be one of Seam's ids. They are opaque: any text that is not empty, fits a line
 * and can be stored (Postgres takes no NUL).
 */
export const isUsableId = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length <= MAX_ID_LENGTH &&
  value.trim() !== '' &&
  value.isWellFormed() &&
  !/\p{Cc}/u.test(value);
