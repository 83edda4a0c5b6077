import { isStorable } from './storable.ts';

/** What may be put into `custom_metadata`. */
export type Metadata = Readonly<Record<string, string | boolean>>;

const MAX_KEYS = 50;
const MAX_KEY_LENGTH = 40;
/** Of a value that is text, in characters as JavaScript counts them (so an emoji counts as two). */
export const MAX_VALUE_LENGTH = 500;

/**
 * Says what Seam would refuse in custom metadata, or take otherwise than it is meant; all of it at once.
 * Source: Seam's guide "Attaching custom data to the Connect Webview", and the reference of
 * `/connect_webviews/create`: up to 50 keys; names of up to 40 characters, without a period; values are
 * text of up to 500 characters, or booleans; an empty text removes its key.
 *
 * @returns a sentence a fault, naming keys and never a value; empty when there is none
 */
export const metadataFaults = (metadata: Readonly<Record<string, unknown>>): string[] => {
  const entries = Object.entries(metadata);
  const tooMany =
    entries.length > MAX_KEYS
      ? [`There are ${entries.length} metadata keys; Seam allows ${MAX_KEYS}.`]
      : [];
  return [
    ...tooMany,
    ...entries.flatMap(([key, value]) => [...ofKey(key), ...ofValue(key, value)]),
  ];
};

const ofKey = (key: string): string[] => {
  if (key.trim() === '') return ['A metadata key is empty.'];
  const { length } = key;
  const tooLong = `The metadata key ${quoted(key)} has ${length} characters; Seam allows ${MAX_KEY_LENGTH}.`;
  return [
    ...(length > MAX_KEY_LENGTH ? [tooLong] : []),
    ...(key.includes('.')
      ? [`The metadata key ${quoted(key)} contains a period, which Seam rejects.`]
      : []),
    ...(isStorable(key) ? [] : [`The metadata key ${quoted(key)} ${UNSTORABLE}.`]),
  ];
};

const ofValue = (key: string, value: unknown): string[] => {
  const name = `The metadata value of ${quoted(key)}`;
  if (typeof value === 'boolean') return [];
  if (typeof value !== 'string') return [`${name} must be text, true or false.`];
  if (value === '') return [`${name} is empty, which would make Seam remove the key.`];
  const { length } = value;
  const tooLong = `${name} has ${length} characters; Seam allows ${MAX_VALUE_LENGTH}.`;
  return [
    ...(length > MAX_VALUE_LENGTH ? [tooLong] : []),
    ...(isStorable(value) ? [] : [`${name} ${UNSTORABLE}.`]),
  ];
};

const UNSTORABLE = "contains a character that can't be stored";

const quoted = (key: string): string => JSON.stringify(key.slice(0, 2 * MAX_KEY_LENGTH));
