import type pg from 'pg';
import { readSilentTriggers } from '../../db/telling.ts';
import { createSecretBox } from '../../endpoints/secrets.ts';
import type { DisabledBecause } from '../../model/message.ts';
import { Problem } from './doctor.ts';

/* Whether the app is told: what is changed is written down, arranged, and sent to somebody who takes it. */

/** As a rule it takes a second. */
const ARRANGED_WITHIN_SECONDS = 60;
/** What fails once is tried again before anybody would look. */
const FAILS_WITHIN_SECONDS = 60;

/** @returns what is in order @throws Problem, or whatever Postgres throws */
export const checkTelling = async (pool: pg.Pool): Promise<string> => {
  const silent = await readSilentTriggers(pool);
  if (silent.length > 0) {
    throw new Problem(
      `your app misses changes: triggers are missing or disabled (${silent.join(', ')})`,
      'Run "migrate", which makes those that are missing. One that someone disabled is enabled by "alter table reconciler.<table> enable trigger <name>".',
    );
  }
  const { rows } = await pool.query<{ waiting: number; seconds: number }>(
    `select count(*)::int as waiting, coalesce(extract(epoch from now() - min(at)), 0)::float8 as seconds
       from (select at from reconciler.outbox order by id limit 10000) o`,
  );
  const { waiting = 0, seconds = 0 } = rows[0] ?? {};
  if (seconds < ARRANGED_WITHIN_SECONDS) return 'changes are written down, and arranged at once';
  throw new Problem(
    `what your app is to be told waits to be arranged: ${waiting}, the oldest for ${Math.round(seconds)} s`,
    'Start "serve" or "work": each arranges it. If one runs, search its log for "arranging messages".',
  );
};

/** What is asked of an endpoint. */
type Standing = Readonly<{
  id: number;
  name: string;
  disabledBecause: DisabledBecause | null;
  failingSince: Date | null;
  failingSeconds: number;
  fault: string | null;
  dead: number;
  /** Sealed: those that messages are signed with. */
  secrets: readonly string[];
}>;

const STANDINGS = `
  select e.id::int, e.name, e.disabled_because as "disabledBecause", e.failing_since as "failingSince",
         coalesce(extract(epoch from now() - e.failing_since), 0)::float8 as "failingSeconds", e.fault,
         (select count(*)::int from (
            select from reconciler.sendings s where s.endpoint_id = e.id and s.state = 'dead' limit 10000) d) as dead,
         array(select s.sealed from reconciler.endpoint_secrets s
                where s.endpoint_id = e.id and (s.until is null or s.until > now())) as secrets
    from reconciler.endpoints e order by e.id`;

const BECAUSE = {
  person: 'someone disabled it',
  gone: 'it answered 410 (gone), so it was disabled',
  failing: 'it failed for days, so it was disabled',
} as const satisfies Record<DisabledBecause, string>;

type Trouble = Readonly<{ what: string; remedy: string }>;

/** What keeps one endpoint from being told. What a person switched off is as they want it. */
const troubleOf = (endpoint: Standing, opens: (sealed: string) => boolean): Trouble[] => {
  const { id, name, disabledBecause, failingSince, failingSeconds, fault, secrets } = endpoint;
  const named = `${id} (${name})`;
  if (disabledBecause === 'person') return [];
  const because = fault === null ? '' : `: ${fault}`;
  const troubles: Trouble[] = [];
  if (disabledBecause !== null) {
    troubles.push({
      what: `${named} is told nothing: ${BECAUSE[disabledBecause]}${because}`,
      remedy: `Once it works again, run "endpoint enable ${id}": nothing is lost.`,
    });
  } else if (failingSince !== null && failingSeconds >= FAILS_WITHIN_SECONDS) {
    troubles.push({
      what: `${named} has failed since ${failingSince.toISOString()}${because}`,
      remedy: `See "endpoint show ${id}", and try it with "endpoint test ${id}".`,
    });
  }
  if (!secrets.every(opens)) {
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
  const { rows } = await pool.query<Standing>(STANDINGS);
  if (rows.length === 0) return 'none: your app reads the views or the API';
  if (secretsKeys.length === 0 && rows.some(({ secrets }) => secrets.length > 0)) {
    throw new Problem(
      'ENDPOINT_SECRETS_KEY is missing: without it no message can be signed, so none is sent by HTTP',
      'Set it to what it was when the endpoints were added, for every process.',
    );
  }
  const box = createSecretBox(secretsKeys);
  const troubles = rows.flatMap(row => troubleOf(row, sealed => box.open(sealed) !== null));
  if (troubles.length > 0) {
    throw new Problem(
      troubles.map(({ what }) => what).join('; '),
      troubles.map(({ remedy }) => remedy).join(' '),
    );
  }
  return rows
    .map(({ id, name, disabledBecause, dead }) =>
      [
        `${id} (${name})`,
        ...(disabledBecause === null ? [] : [`disabled: ${BECAUSE[disabledBecause]}`]),
        ...(dead === 0 ? [] : [`${dead} given up: "endpoint replay ${id}" sends them again`]),
      ].join(', '),
    )
    .join('; ');
};
