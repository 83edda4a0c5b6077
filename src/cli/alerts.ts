import { sendTestAlert } from '../alerts/test-alert.ts';
import type { Env } from '../config/config.ts';
import { type Alert, type AlertNotice, readAlerts, readSilences } from '../support/alerts/read.ts';
import { endSilence, type Silence, silenceAlerts } from '../support/alerts/silence.ts';
import { CommandError, EXIT } from './exit.ts';
import { type Output, openDesk } from './open.ts';
import { formatTable, printJson, printLine, printNotice } from './print.ts';

/** What it is of, as `alert silence` takes it. */
const whatOf = ({ rule, about }: Pick<Silence, 'rule' | 'about'>): string =>
  [rule ?? 'all', ...(about === null || about === '' ? [] : [about])].join(' ');

const STATES = {
  sent: 'told',
  waiting: 'to be told',
  retrying: 'trying again',
  given_up: 'GIVEN UP',
} as const satisfies Record<AlertNotice['state'], string>;

const noticeText = ({ channel, kind, state, sent_at, fault }: AlertNotice): string => {
  const when = sent_at === null ? '' : ` ${sent_at}`;
  const why = fault === null ? '' : ` (${fault})`;
  return `  ${channel}, that it ${kind === 'over' ? 'is over' : 'began'}: ${STATES[state]}${when}${why}`;
};

const alertLines = (alert: Alert): string[] => {
  const { began_at, ended_at, silence, told } = alert;
  const since =
    ended_at === null ? `OPEN since ${began_at}` : `Over: from ${began_at} until ${ended_at}`;
  return [
    `${whatOf(alert)}: ${since}: ${alert.sentence}`,
    ...(silence === null
      ? []
      : [`  Silenced until ${silence.until} by ${silence.by}: ${silence.why}`]),
    ...told.map(noticeText),
    `  What to do: ${alert.first_step} See ${alert.runbook}`,
  ];
};

const silenceTable = (silences: readonly Silence[]): string =>
  formatTable(
    ['SILENCE', 'OF', 'UNTIL', 'BY', 'WHY'],
    silences.map(silence => [
      String(silence.id),
      whatOf(silence),
      silence.until,
      silence.by,
      silence.why,
    ]),
  );

/** `alert list`. */
export const alertList = async (
  env: Env,
  { json, all, limit }: Output & { all?: true; limit: number },
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const { alerts, next_cursor } = await readAlerts(desk, actor, {
    limit,
    isOpen: all !== true,
  });
  const silences = await readSilences(desk.pool, actor);
  if (json) {
    printJson({ alerts, silences });
    return EXIT.done;
  }
  if (alerts.length === 0) {
    printNotice(all ? 'There was no alert within 30 days.' : 'No alert is open.');
  }
  for (const line of alerts.flatMap(alertLines)) printLine(line);
  if (next_cursor !== null) printNotice(`There are more: --limit lists up to ${MOST}.`);
  if (silences.length > 0) printLine(silenceTable(silences));
  return EXIT.done;
};

const MOST = 1_000;

/** `alert silence <rule> --for <time> --why <text>`. */
export const alertSilence = async (
  env: Env,
  rule: string,
  { json, about, for: until, why }: Output & { about?: string; for: string; why: string },
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const silence = await silenceAlerts(desk.pool, actor, {
    rule: rule === 'all' ? null : rule,
    about: about ?? null,
    ...{ until, why, timeZone: 'UTC' },
  });
  if (json) printJson({ silence });
  else {
    printLine(`${whatOf(silence)}: silenced until ${silence.until}.`);
    printLine(`To end that before: "alert unsilence ${silence.id}"`);
  }
  return EXIT.done;
};

/** `alert unsilence <silence>`. */
export const alertUnsilence = async (env: Env, id: number, { json }: Output): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const ended = await endSilence(desk.pool, actor, id);
  if (json) printJson({ ended });
  else printLine(`${whatOf(ended)}: no longer silenced.`);
  return EXIT.done;
};

/** `alert test`: what is stored, and who is told of alerts, stays as it is. */
export const alertTest = async (
  env: Env,
  { json, channel: only }: Output & { channel?: readonly string[] },
): Promise<number> => {
  await using opened = openDesk(env);
  const { config, outgoing } = opened.desk;
  const names = config.alerts.channels.map(({ name }) => name);
  const unknown = only?.find(name => !names.includes(name));
  if (unknown !== undefined) {
    const known = names.length === 0 ? 'none is set' : `set are: ${names.join(', ')}`;
    throw new CommandError(`There is no channel "${unknown}" (${known}).`, EXIT.usage);
  }
  const { alerts } = config;
  const { privateNetworks: endpointPrivateNetworks } = outgoing;
  const tested = await sendTestAlert({ alerts, endpointPrivateNetworks }, only);
  if (json) printJson({ tested });
  for (const { channel, ok, fault } of json ? [] : tested) {
    printLine(`${channel}: ${ok ? 'it was taken' : `NOT SENT: ${fault}`}`);
  }
  if (tested.length === 0) {
    printNotice('Alerts are sent to nobody: no channel is set. See ALERT_… in .env.example.');
  }
  return tested.length > 0 && tested.every(({ ok }) => ok) ? EXIT.done : EXIT.failed;
};
