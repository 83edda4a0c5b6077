import { invalid } from '../../access/errors.ts';
import { isOneOf } from '../../config/workspaces.ts';
import { checkTarget } from '../../endpoints/target.ts';
import {
  ADDED_KINDS,
  type EndpointKind,
  MESSAGE_TYPES,
  type MessageType,
} from '../../model/message.ts';
import { nameFault } from '../../operators/operators.ts';
import { isStorable } from '../../seam/storable.ts';
import type { Desk } from '../desk.ts';

/* What an endpoint may be, with each fault by its field. */

/** What an endpoint is asked to be. What is left out stays as it is, or is the default. */
export type EndpointFields = Readonly<{
  name?: string | undefined;
  /** A URL, or the name of a queue. */
  target?: string | undefined;
  /** Which types; null: all. */
  types?: readonly string[] | null | undefined;
  /** Ids of Seam workspaces; null: all. */
  workspaces?: readonly string[] | null | undefined;
  /** How many it is sent in a second at most. */
  perSecond?: number | undefined;
  why?: string | undefined;
}>;

export const DEFAULT_PER_SECOND = 50;
export const MOST_PER_SECOND = 1_000;
const LONGEST_TARGET = 2_000;
const LONGEST_WHY = 500;

type Faults = Readonly<Record<string, string | null>>;

/** @throws SupportError `invalid` where there is a fault, by field */
export const insistOnNone = (faults: Faults): void => {
  const found = Object.entries(faults).filter((pair): pair is [string, string] => pair[1] !== null);
  if (found.length > 0) throw invalid(Object.fromEntries(found));
};

export const whyFault = (why: string | undefined, isRequired: boolean): string | null => {
  const text = tidyWhy(why) ?? '';
  if (text.length > LONGEST_WHY) return `Say why in at most ${LONGEST_WHY} characters.`;
  return isRequired && text === '' ? 'Say why: whoever finds it so will want to know.' : null;
};

/** As it is stored; undefined where nothing is said. */
export const tidyWhy = (why: string | undefined): string | undefined =>
  why?.toWellFormed().replaceAll('\0', ' ').trim() || undefined;

export const typesFault = (types: readonly string[] | null | undefined): string | null => {
  if (types === null || types === undefined) return null;
  if (types.length === 0) return 'Name at least one type, or leave them out for all.';
  const unknown = types.find(type => !isMessageType(type));
  return unknown === undefined
    ? null
    : `There is no type of message "${unknown}". The types are ${MESSAGE_TYPES.join(', ')}.`;
};

const isMessageType = (text: string): text is MessageType =>
  MESSAGE_TYPES.some(type => type === text);

/** Each once, in the order of the list. */
export const typesOf = (types: readonly string[]): MessageType[] =>
  MESSAGE_TYPES.filter(type => types.includes(type));

const workspacesFault = (
  { workspaces: served }: Desk['config'],
  workspaces: readonly string[] | null | undefined,
): string | null => {
  if (workspaces === null || workspaces === undefined) return null;
  if (workspaces.length === 0) return 'Name at least one workspace, or leave them out for all.';
  const unknown = workspaces.find(id => !isOneOf(served, id));
  return unknown === undefined ? null : `The Seam workspace ${unknown} isn't configured here.`;
};

const perSecondFault = (perSecond: number | undefined): string | null =>
  perSecond === undefined ||
  (Number.isInteger(perSecond) && perSecond >= 1 && perSecond <= MOST_PER_SECOND)
    ? null
    : `The messages per second must be a whole number from 1 to ${MOST_PER_SECOND}.`;

/** What is wrong with a URL or a queue's name: the form of it, and what it may not lead to. */
const targetFault = (
  { privateNetworks }: Desk['outgoing'],
  kind: EndpointKind,
  target: string,
): string | null => {
  if (target === '') return kind === 'http' ? 'Give a URL.' : 'Give the name of a queue.';
  if (target.length > LONGEST_TARGET || !isStorable(target)) {
    return `It must have at most ${LONGEST_TARGET} characters.`;
  }
  return kind === 'hook' ? null : checkTarget(kind, target, privateNetworks);
};

/** @throws SupportError `invalid`, by field */
export const insistOnKind = (kind: string): EndpointKind => {
  const known = ADDED_KINDS.find(each => each === kind);
  if (known === undefined) {
    const hooks =
      kind === 'hook'
        ? ' An endpoint of hooks is added by the app that has them, when it starts.'
        : '';
    throw invalid({ kind: `The kind must be one of ${ADDED_KINDS.join(', ')}.${hooks}` });
  }
  return known;
};

/** What an endpoint of hooks has from the code of the app, and so from nobody else. */
const OF_THE_CODE = {
  name: 'The hooks are found by this name: it is in your app’s code.',
  target: 'Hooks are called in your app’s own process: there is no other place for them.',
  types: 'It wants what your app has a hook for: add or remove hooks there.',
} as const;

/** @throws SupportError `invalid`, by field, for what can't be changed here of an endpoint of hooks */
export const insistOnTheCodes = (
  before: Readonly<Record<keyof typeof OF_THE_CODE, unknown>> & { kind: EndpointKind },
  changed: readonly string[],
): void => {
  if (before.kind !== 'hook') return;
  insistOnNone(
    Object.fromEntries(Object.entries(OF_THE_CODE).filter(([field]) => changed.includes(field))),
  );
};

/** What is stored of an endpoint's fields. */
type Stored = Readonly<{
  name?: string;
  target?: string;
  types?: MessageType[] | null;
  workspaces?: string[] | null;
  perSecond?: number;
}>;

/**
 * Checks what an endpoint is asked to be.
 *
 * @returns what is given of it, as it is stored
 * @throws SupportError `invalid`, with each fault by its field
 */
export const checkFields = (
  { config, outgoing }: Pick<Desk, 'config' | 'outgoing'>,
  kind: EndpointKind,
  given: EndpointFields,
): Stored => {
  const name = given.name?.trim();
  const target = given.target?.trim();
  const { types, workspaces, perSecond, why } = given;
  insistOnNone({
    name: name === undefined ? null : nameFault(name),
    target: target === undefined ? null : targetFault(outgoing, kind, target),
    types: typesFault(types),
    workspaces: workspacesFault(config, workspaces),
    per_second: perSecondFault(perSecond),
    why: whyFault(why, false),
  });
  return {
    ...(name === undefined ? {} : { name }),
    ...(target === undefined ? {} : { target }),
    ...(types === undefined ? {} : { types: types === null ? null : typesOf(types) }),
    ...(workspaces === undefined
      ? {}
      : { workspaces: workspaces === null ? null : [...new Set(workspaces)] }),
    ...(perSecond === undefined ? {} : { perSecond }),
  };
};

export const nameTaken = (name: string): Error =>
  invalid({ name: `There is already an endpoint "${name}".` });
