import { FINDINGS, isFindingKind } from '../drift/findings.ts';
import { EXPLANATIONS } from '../model/outcome.ts';
import type { EndpointVitals, Vitals } from '../model/vitals.ts';
import {
  counted,
  dateOf,
  type Given,
  isLong,
  lasting,
  MINUTE_MS,
  OVER_BELOW,
  type Wrong,
} from './given.ts';
import { ofOneWorkspace, ofWebhooks } from './rules-of-seam.ts';

/* What is wrong, by the figures: a function for each rule. */

/** A deploy that stops the worker and starts the next one. */
const NO_WORKER_MS = 2 * MINUTE_MS;
/** The room has to be below what began it by so many of a hundred parts. */
const DISK_OVER_BELOW_PERCENT = 3;

const ofIntake = (given: Given): Wrong[] => {
  const { vitals, facts } = given;
  const key = { rule: 'intake_stuck', about: '' } as const;
  const mostMs = given.limits.backlogMinutes * MINUTE_MS;
  const stuck = [
    {
      since: dateOf(vitals.uncountedSince),
      told: counted(
        vitals.uncounted,
        'stored webhook waits to be counted',
        'stored webhooks wait to be counted',
      ),
    },
    {
      since: dateOf(vitals.unarrangedSince),
      told: counted(
        vitals.unarranged,
        'message for your app waits for its place in the order',
        'messages for your app wait for their place in the order',
      ),
    },
  ].flatMap(({ since, told }) =>
    since !== null && isLong(given, key, since, mostMs) ? [{ since, told }] : [],
  );
  const [first] = stuck.toSorted((a, b) => a.since.getTime() - b.since.getTime());
  if (first === undefined) return [];
  const sentence = `What was stored isn't processed: ${stuck.map(({ told }) => told).join(', and ')}, the oldest for ${lasting(first.since, facts.now)}.`;
  return [{ ...key, sentence, since: first.since, afterMs: 0 }];
};

const LEAST_JUMP = 20;
const JUMP_FACTOR = 5;

/** More than that, new within an hour, is a jump: five times the usual, and never less than 20. */
export const mostUsual = (usualPerHour: number): number =>
  Math.max(LEAST_JUMP, JUMP_FACTOR * usualPerHour);

const ofJumps = ({ facts, isOpen }: Given): Wrong[] =>
  (facts.jumps ?? []).flatMap(({ reason, fresh, usualPerHour }) => {
    const key = { rule: 'reason_jump', about: reason } as const;
    if (fresh <= mostUsual(usualPerHour) * (isOpen(key) ? OVER_BELOW : 1)) return [];
    const usual = usualPerHour < 1 ? 'less than one' : `about ${Math.round(usualPerHour)}`;
    const sentence = `${counted(fresh, 'connection has', 'connections have')} begun to fail within an hour, where ${usual} is usual: ${EXPLANATIONS[reason].sentence}`;
    return [{ ...key, sentence, since: null, afterMs: 0 }];
  });

const ENDPOINT_WORDS = {
  unheard: 'is of hooks that no process of your app has',
  failing: 'takes no messages',
  unsendable: 'is sent nothing, as its secret can’t be opened',
  switched_off:
    'is sent nothing any more: we have switched it off, as it failed for days or said that it is gone',
} as const;

/** Some messages fail each time, while others are taken. What was given up long ago is on its page. */
const ofRefused = ({ limits }: Given, endpoint: EndpointVitals): Wrong[] => {
  const { id, name, trouble, refused = 0, givenUpLately: lost = 0 } = endpoint;
  if (refused === 0 && lost === 0) return [];
  const told = [
    ...(refused === 0
      ? []
      : [`${counted(refused, 'message has', 'messages have')} failed four times or more`]),
    ...(lost === 0
      ? []
      : [`${counted(lost, 'message was', 'messages were')} given up within the last day`]),
  ];
  const others = trouble === null || trouble === 'dead_letters' ? ' Others come through.' : '';
  const sentence = `Your app doesn't take some of what it is told: at its endpoint "${name}" ${told.join(', and ')}.${others}`;
  // Once it takes messages again after an outage, what had failed goes within minutes.
  const afterMs = lost > 0 ? MINUTE_MS : limits.endpointMinutes * MINUTE_MS;
  return [{ rule: 'endpoint_failing', about: String(id), sentence, since: null, afterMs }];
};

/** What a person has disabled, somebody knows of. */
const ofEndpoint = (given: Given, endpoint: EndpointVitals): Wrong[] => {
  const { id, name, trouble, since: at } = endpoint;
  if (trouble === 'disabled') return [];
  if (trouble === null || trouble === 'dead_letters') return ofRefused(given, endpoint);
  const key = { rule: 'endpoint_failing', about: String(id) } as const;
  const since = dateOf(at);
  const mostMs = given.limits.endpointMinutes * MINUTE_MS;
  const isToLast = trouble === 'failing' || trouble === 'unheard';
  if (isToLast && since !== null && !isLong(given, key, since, mostMs)) {
    // That something gets worse ends no alert.
    return ofRefused(given, endpoint);
  }
  const lasts = since === null ? '' : `, for ${lasting(since, given.facts.now)}`;
  const sentence = `Your app doesn't hear of changes: its endpoint "${name}" ${ENDPOINT_WORDS[trouble]}${lasts}. Nothing is lost; the messages wait.`;
  return [{ ...key, sentence, since, afterMs: trouble === 'unsendable' ? MINUTE_MS : 0 }];
};

/** What the nightly comparison does by itself, or is right, asks nobody for anything. */
const isForSomebody = (kind: string): boolean =>
  kind !== 'gone' && (!isFindingKind(kind) || FINDINGS[kind].is !== 'right');

/** What was found, the most first: one comparison is one alert, however many kinds of things it finds. */
const ofDrift = ({ vitals: { drift } }: Given): Wrong[] => {
  const found = Object.entries(drift?.findings ?? {})
    .filter(([kind, number]) => number > 0 && isForSomebody(kind))
    .map(([kind, number]) => ({ is: isFindingKind(kind) ? FINDINGS[kind].sentence : kind, number }))
    .toSorted((a, b) => b.number - a.number || a.is.localeCompare(b.is, 'en'));
  const [only, another] = found;
  if (only === undefined) return [];
  const all = found.reduce((sum, { number }) => sum + number, 0);
  const told =
    another === undefined
      ? only.is
      : found.map(each => `${each.number.toLocaleString('en')}: ${each.is}`).join(' ');
  return [
    {
      rule: 'drift_found',
      about: '',
      sentence: `The comparison with Seam found ${counted(all, 'account', 'accounts')} for a person to see to: ${told}`,
      since: dateOf(drift?.finishedAt ?? null),
      afterMs: 0,
    },
  ];
};

const ofWorkers = (given: Given): Wrong[] => {
  const key = { rule: 'no_worker', about: '' } as const;
  const since = dateOf(given.vitals.workerlessSince);
  if (since === null || !isLong(given, key, since, NO_WORKER_MS)) return [];
  const sentence =
    'No worker is running: webhooks are stored, but nothing is checked or linked, and your app is told nothing.';
  return [{ ...key, sentence, since, afterMs: 0 }];
};

const ofRoom = ({ vitals, limits, isOpen }: Given): Wrong[] => {
  const used = vitals.database.diskUsed;
  const key = { rule: 'database_full', about: '' } as const;
  const most = limits.diskPercent - (isOpen(key) ? DISK_OVER_BELOW_PERCENT : 0);
  if (used === null || used * 100 < most) return [];
  const sentence = `The database is running out of room: ${Math.floor(used * 100)} % is in use. When it is full, no webhook can be stored.`;
  return [{ ...key, sentence, since: null, afterMs: 0 }];
};

const ofVitals = (given: Given): readonly Wrong[] => [
  ...given.vitals.workspaces.flatMap(workspace => ofOneWorkspace(given, workspace)),
  ...ofIntake(given),
  ...ofJumps(given),
  ...given.vitals.endpoints.flatMap(endpoint => ofEndpoint(given, endpoint)),
  ...ofDrift(given),
  ...ofWorkers(given),
  ...ofRoom(given),
];

/** All that is wrong. Pure. @param given.vitals null: only what the facts say */
export const findWrong = (
  given: Omit<Given, 'vitals'> & Readonly<{ vitals: Vitals | null }>,
): readonly Wrong[] => {
  const { vitals } = given;
  return [...(vitals === null ? [] : ofVitals({ ...given, vitals })), ...ofWebhooks(given)];
};
