import type pg from 'pg';
import { readSilentTriggers } from '../../db/telling.ts';
import { createSecretBox } from '../../endpoints/secrets.ts';
import { cappedText } from '../../model/capped-count.ts';
import type { DisabledBecause } from '../../model/message.ts';
import {
  type EndpointStanding,
  readEndpointStandings,
  readUnarranged,
} from '../endpoints/standing.ts';
import { Problem } from './doctor.ts';

/* Whether the app is told: what is changed is written down, arranged, and sent to somebody who takes it. */

/** @returns what is in order @throws Problem, or whatever Postgres throws */
export const checkTelling = async (pool: pg.Pool): Promise<string> => {
  const silent = await readSilentTriggers(pool);
  if (silent.length > 0) {
    throw new Problem(
      `your app misses changes: triggers are missing or disabled (${silent.join(', ')})`,
      'Run "migrate", which makes those that are missing. One that someone disabled is enabled by "alter table reconciler.<table> enable trigger <name>".',
    );
  }
  const unarranged = await readUnarranged(pool);
  if (unarranged === null) return 'changes are written down, and arranged at once';
  const { waiting, since } = unarranged;
  throw new Problem(
    `what your app is to be told waits to be arranged: ${cappedText(waiting)}, the oldest since ${since.toISOString()}`,
    'Start "serve" or "work": each arranges it. If one runs, search its log for "arranging messages".',
  );
};

/** Sealed: those that messages are signed with now, by endpoint. */
const SECRETS = `
  select endpoint_id::int as id, sealed from reconciler.endpoint_secrets
   where until is null or until > now()`;

const BECAUSE = {
  person: 'someone disabled it',
  gone: 'it answered 410 (gone), so it was disabled',
  failing: 'it failed for days, so it was disabled',
} as const satisfies Record<DisabledBecause, string>;

type Trouble = Readonly<{ what: string; remedy: string }>;

/** What keeps one endpoint from being told. What a person switched off is as they want it. */
const troubleOf = (endpoint: EndpointStanding, opensAll: boolean): Trouble[] => {
  const { id, name, trouble, disabledBecause, since, fault } = endpoint;
  const named = `${id} (${name})`;
  if (trouble === 'disabled') return [];
  const because = fault === null ? '' : `: ${fault}`;
  const troubles: Trouble[] = [];
  if (trouble === 'switched_off' && disabledBecause !== null) {
    troubles.push({
      what: `${named} is told nothing: ${BECAUSE[disabledBecause]}${because}`,
      remedy: `Once it works again, run "endpoint enable ${id}": nothing is lost.`,
    });
  } else if (trouble === 'unheard') {
    troubles.push({
      what: `no process has the hooks of ${named}: none was heard of since ${since?.toISOString()}, and what it is owed waits`,
      remedy: `Start your app with these hooks. If their name was changed (hooksName), or there are to be none, run "endpoint remove ${id} --why …".`,
    });
  } else if (trouble === 'failing') {
    troubles.push({
      what: `${named} has failed since ${since?.toISOString()}${because}`,
      remedy: `See "endpoint show ${id}", and try it with "endpoint test ${id}".`,
    });
  }
  if (!opensAll) {
    troubles.push({
      what: `the secret of ${named} was sealed with another key than ENDPOINT_SECRETS_KEY has`,
      remedy: `Put the former key back, after the new one and a comma; or run "endpoint rotate ${id}" and give your app the new secret.`,
    });
  }
  return troubles;
};

/**
 * @param secretsKeys of ENDPOINT_SECRETS_KEY
 * @returns what is in order @throws Problem, or whatever Postgres throws
 */
export const checkEndpoints = async (
  pool: pg.Pool,
  secretsKeys: readonly string[],
): Promise<string> => {
  const endpoints = await readEndpointStandings(pool);
  if (endpoints.length === 0) return 'none: your app reads the views or the API';
  const { rows: secrets } = await pool.query<{ id: number; sealed: string }>(SECRETS);
  if (secretsKeys.length === 0 && secrets.length > 0) {
    throw new Problem(
      'ENDPOINT_SECRETS_KEY is missing: without it no message can be signed, so none is sent by HTTP',
      'Set it to what it was when the endpoints were added, for every process.',
    );
  }
  const box = createSecretBox(secretsKeys);
  const shut = new Set(
    secrets.flatMap(({ id, sealed }) => (box.open(sealed) === null ? [id] : [])),
  );
  const troubles = endpoints.flatMap(each => troubleOf(each, !shut.has(each.id)));
  if (troubles.length > 0) {
    throw new Problem(
      troubles.map(({ what }) => what).join('; '),
      troubles.map(({ remedy }) => remedy).join(' '),
    );
  }
  return endpoints
    .map(({ id, name, disabledBecause, dead }) =>
      [
        `${id} (${name})`,
        ...(disabledBecause === null ? [] : [`disabled: ${BECAUSE[disabledBecause]}`]),
        ...(dead.number === 0
          ? []
          : [`${cappedText(dead)} given up: "endpoint replay ${id}" sends them again`]),
      ].join(', '),
    )
    .join('; ');
};
