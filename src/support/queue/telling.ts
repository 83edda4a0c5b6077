import type pg from 'pg';
import { type Viewer, wordsFor } from '../../access/mask.ts';
import { cappedText } from '../../model/capped-count.ts';
import {
  type EndpointStanding,
  type EndpointTrouble,
  readEndpointStandings,
  readUnarranged,
} from '../endpoints/standing.ts';

/** What is in the way of telling the app. */
export type TellingStatus = Readonly<{
  /** Messages that have waited for their place in the order for over a minute, up to 10,000: none as a rule. */
  unarranged: number;
  unarranged_is_capped: boolean;
  /** When the one took place that has waited longest. */
  unarranged_since: string | null;
  /** What that means, and what to do about it; null: none waits. */
  unarranged_sentence: string | null;
  unarranged_remedy: string | null;
  /** Those of which something is wrong, or that somebody has disabled; empty when all is well. */
  endpoints: readonly TroubledEndpoint[];
}>;

/** An endpoint that isn't told everything. */
export type TroubledEndpoint = Readonly<{
  endpoint_id: number;
  name: string;
  trouble: EndpointTrouble;
  since: string | null;
  sentence: string;
  /** What the last try came to, where the sentence doesn't say it. */
  fault: string | null;
  remedy: string;
  /** Messages that were given up, up to 10,000. */
  dead: number;
  dead_is_capped: boolean;
}>;

/**
 * Whether the app is told, as this person may read of it: one function for all faces. What it costs is bounded, however much
 * was told or waits.
 *
 * @throws whatever Postgres throws
 */
export const readTelling = async (
  pool: Pick<pg.Pool, 'query'>,
  viewer: Viewer,
): Promise<TellingStatus> => {
  const [unarranged, standings] = await Promise.all([
    readUnarranged(pool),
    readEndpointStandings(pool),
  ]);
  return {
    unarranged: unarranged?.waiting.number ?? 0,
    unarranged_is_capped: unarranged?.waiting.isCapped ?? false,
    unarranged_since: unarranged?.since.toISOString() ?? null,
    unarranged_sentence:
      unarranged === null
        ? null
        : `Messages for your app wait to be put in order: ${cappedText(unarranged.waiting)}.`,
    unarranged_remedy: unarranged === null ? null : UNARRANGED_REMEDY,
    endpoints: standings.flatMap(standing => toTroubled(viewer, standing)),
  };
};

const UNARRANGED_REMEDY =
  'They are sent once that is done. Start "serve" or "work": each does it. If one runs, see "arranging messages" in its log.';

const toTroubled = (viewer: Viewer, standing: EndpointStanding): TroubledEndpoint[] => {
  const { id, trouble, disabledBecause, since, fault, dead } = standing;
  if (trouble === null) return [];
  const name = wordsFor(viewer, standing.name);
  const told = { ...standing, name, trouble };
  return [
    {
      endpoint_id: id,
      name,
      trouble,
      since: since?.toISOString() ?? null,
      sentence: sentenceOf(told),
      // Of one that is gone the sentence says it.
      fault: disabledBecause === 'gone' ? null : wordsFor(viewer, fault),
      remedy: remedyOf(told),
      dead: dead.number,
      dead_is_capped: dead.isCapped,
    },
  ];
};

type Troubled = EndpointStanding & Readonly<{ trouble: EndpointTrouble }>;

/** `1 message was given up`. @param to where it was to go, in words */
const givenUp = ({ dead }: Troubled, to = ''): string =>
  dead.number === 1
    ? `1 message${to} was given up`
    : `${cappedText(dead)} messages${to} were given up`;

const sentenceOf = (endpoint: Troubled): string => {
  const { name, trouble, disabledBecause, dead } = endpoint;
  const besides = dead.number === 0 ? '' : `, and ${givenUp(endpoint)}`;
  switch (trouble) {
    case 'unheard':
      return `No process has the hooks of endpoint ${name}${besides}.`;
    case 'failing':
      return `Endpoint ${name} is failing${besides}.`;
    case 'unsendable':
      return `Nothing can be sent to endpoint ${name}${besides}.`;
    case 'switched_off': {
      const why = disabledBecause === 'gone' ? 'answered 410 (Gone)' : 'had failed for days';
      return `Endpoint ${name} was switched off, as it ${why}${besides}.`;
    }
    case 'disabled':
      return `Endpoint ${name} was disabled by hand${besides}.`;
    case 'dead_letters':
      return `${givenUp(endpoint, ` to endpoint ${name}`)}.`;
    default:
      return trouble satisfies never;
  }
};

const remedyOf = ({ trouble, id }: Troubled): string => {
  switch (trouble) {
    case 'unheard':
      return `Its messages wait for a process of your app that has them. If their name was changed, or there are to be none, run "endpoint remove ${id} --why …".`;
    case 'failing':
      return 'It is tried again automatically; its messages wait.';
    case 'unsendable':
      return 'Its messages wait until that is fixed.';
    case 'switched_off':
      return 'Enable it once it works again; its messages wait.';
    case 'disabled':
      return 'Its messages wait until someone enables it.';
    case 'dead_letters':
      return 'Send them again once it can take them.';
    default:
      return trouble satisfies never;
  }
};
