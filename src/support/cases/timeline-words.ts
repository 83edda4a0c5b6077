import type { MessageType } from '../../model/message.ts';
import type { EVENT_TYPES } from '../../seam/events.ts';
import type { MessageDetails } from '../endpoints/types.ts';
import { messageSentence, SENDING_WORDS } from '../words/message-words.ts';
import { reasonTitle } from '../words/reason-words.ts';
import { CHANGE_WORDS, OUTCOME_WORDS, UNLINKED_WORDS } from '../words/words.ts';
import type { RunRecord } from './history.ts';
import type { LinkCause } from './link-history.ts';

/* What happened to a connection, a sentence each, for somebody who knows nothing of queues. What a newer version wrote is told as it is. Pure. */

export type Mood = 'good' | 'warn' | 'bad' | 'plain';
export type Told = Readonly<{ sentence: string; mood: Mood }>;

/** What Seam said. @param maker what Seam calls the maker: `August`; else `The account` */
const EVENTS = {
  'connect_webview.login_succeeded': () => ['The user signed in', 'good'],
  'connect_webview.login_failed': () => ['The user’s sign-in failed', 'bad'],
  'connected_account.created': maker => [`${maker} was connected`, 'good'],
  'connected_account.connected': maker => [`${maker} has access`, 'good'],
  'connected_account.successful_login': maker => [`The user signed in to ${maker}`, 'good'],
  'connected_account.disconnected': maker => [`${maker} lost access`, 'bad'],
  'connected_account.reauthorization_requested': maker => [
    `${maker} wants the user to sign in again`,
    'warn',
  ],
  'connected_account.completed_first_sync': maker => [
    `${maker} was read for the first time`,
    'plain',
  ],
  'connected_account.completed_first_sync_after_reconnection': maker => [
    `${maker} was read again after it was reconnected`,
    'good',
  ],
  'connected_account.deleted': maker => [`${maker} was deleted`, 'bad'],
} as const satisfies Record<
  (typeof EVENT_TYPES)[number],
  (maker: string) => readonly [sentence: string, mood: Mood]
>;

const has = <T extends object>(words: T, key: string): key is string & keyof T =>
  Object.hasOwn(words, key);

export const eventTold = (type: string, maker: string): Told => {
  if (!has(EVENTS, type)) return { sentence: `Seam said “${type}”`, mood: 'plain' };
  const [sentence, mood] = EVENTS[type](maker);
  return { sentence, mood };
};

type Ran = Pick<RunRecord, 'outcome' | 'reason'>;

/** Whether a check found all as it was. */
export const isQuiet = ({ outcome }: Ran): boolean =>
  outcome === 'already_linked' ||
  outcome === 'kept' ||
  outcome === 'left_unlinked' ||
  outcome === 'superseded' ||
  outcome === 'interrupted';

export const runTold = ({ outcome, reason }: Ran): Told => {
  if (outcome === null) return { sentence: 'Checking', mood: 'plain' };
  if (outcome === 'failed') {
    return {
      sentence: `Checked: ${reason === null ? 'failed' : reasonTitle(reason)}`,
      mood: 'bad',
    };
  }
  const words = has(OUTCOME_WORDS, outcome) ? OUTCOME_WORDS[outcome] : outcome;
  const isGood = outcome === 'linked' || outcome === 'relinked';
  return { sentence: `Checked: ${words}`, mood: isGood ? 'good' : 'plain' };
};

/** What a check that changed nothing is told as, whatever exactly it came to. */
export const NOTHING_CHANGED = 'Checked, nothing changed';

/** Of what happened several times in a row: `Checked 14 times, nothing changed`, `August was read, 3 times`. */
export const severalTimes = (sentence: string, times: number): string => {
  if (times === 1) return sentence;
  return /^Checked\b/.test(sentence)
    ? sentence.replace('Checked', `Checked ${times} times`)
    : `${sentence}, ${times} times`;
};

/** How an account came to stand otherwise, as a check found it: by what the app was told of that. */
const TURNS: Readonly<Partial<Record<MessageType, (maker: string) => Told>>> = {
  'account.disconnected': maker => eventTold('connected_account.disconnected', maker),
  'account.reconnected': maker => ({ sentence: `${maker} has access again`, mood: 'good' }),
  'account.reauthorization_requested': maker =>
    eventTold('connected_account.reauthorization_requested', maker),
  'account.deleted': maker => eventTold('connected_account.deleted', maker),
};

/** Null: the message tells of nothing that an account came to. */
export const turnTold = (type: MessageType, maker: string): Told | null =>
  has(TURNS, type) ? (TURNS[type]?.(maker) ?? null) : null;

/** What the app was told, and in which colour: where it has it nowhere, that is bad. */
export const appTold = (message: Message): Told => {
  const states = message.sendings.map(({ state }) => state);
  return {
    sentence: `The app was told: ${messageSentence(message)}`,
    mood: states.includes('dead') ? 'bad' : states.includes('waiting') ? 'warn' : 'plain',
  };
};

type Message = Parameters<typeof messageSentence>[0] & Pick<MessageDetails, 'sendings'>;

const LONGEST_ANSWER = 200;

/** What became of it at each endpoint, and what the app answered; null: it is sent to none. */
export const answersTold = (sendings: MessageDetails['sendings']): string | null => {
  const lines = sendings.map(({ endpointName, state, failedAttempts, tries: [latest] }) => {
    const { label } = SENDING_WORDS[state];
    const tried =
      failedAttempts === 0
        ? ''
        : ` after ${failedAttempts} ${failedAttempts === 1 ? 'try' : 'tries'}`;
    const fault = latest?.fault == null ? '' : `: ${latest.fault}`;
    const status = latest?.status == null ? '' : `, the app answered ${latest.status}`;
    const said = latest?.answer?.trim() ?? '';
    const short = said.length > LONGEST_ANSWER ? `${said.slice(0, LONGEST_ANSWER)}…` : said;
    return `${endpointName}: ${label}${tried}${fault}${status}${short === '' ? '' : ` “${short}”`}`;
  });
  return lines.length === 0 ? null : lines.join('\n');
};

export const changeTold = (action: string, name: string): Told => ({
  sentence: `${name} ${has(CHANGE_WORDS, action) ? CHANGE_WORDS[action] : action}`,
  mood: 'plain',
});

export const linkTold = (userId: string, by: LinkCause, isProvisional: boolean): Told => ({
  sentence: `Linked to ${userId}${byHand(by)}${isProvisional ? ', provisionally' : ''}`,
  mood: 'good',
});

export const unlinkTold = (userId: string, by: LinkCause | null, because: string | null): Told => {
  const why =
    because === null ? '' : `: ${has(UNLINKED_WORDS, because) ? UNLINKED_WORDS[because] : because}`;
  return {
    sentence: `No longer linked to ${userId}${by === null ? '' : byHand(by)}${why}`,
    mood: 'warn',
  };
};

const byHand = ({ kind, name }: LinkCause): string =>
  kind === 'person' ? ` by ${name ?? 'someone'}` : '';
