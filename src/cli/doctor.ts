import { type Context, createContext } from '../app/context.ts';
import {
  type Config,
  ConfigError,
  type Env,
  parseConfig,
  SETTING_NAMES,
} from '../config/config.ts';
import { consoleWithheld } from '../config/doors.ts';
import { misspeltSettings, tellMisspelt } from '../config/misspelt.ts';
import { fileSettingOf, SECRET_NAMES, sourceOf } from '../config/secret-files.ts';
import { databaseFault } from '../db/errors.ts';
import { createLogger, describeError } from '../ops/log.ts';
import { SeamError, type SeamReason } from '../seam/errors.ts';
import { type Check, examine, type Finding, Problem } from '../support/setup/doctor.ts';
import { UsersTableError } from '../users/errors.ts';
import { checkOfAlerts } from './doctor-alerts.ts';
import { checksOfDatabase, checksOfSeam, checksOfTokens, checksOfUsers } from './doctor-checks.ts';
import { checksOfRunning } from './doctor-running.ts';
import { checksOfSearch } from './doctor-search.ts';
import { checksOfTelling } from './doctor-telling.ts';
import { EXIT } from './exit.ts';
import { withLaptopSettings } from './laptop.ts';
import { formatTable, printJson, printLine, printNotice } from './print.ts';
import { usableUrl } from './webhook.ts';

/** `doctor`: checks all that a new installation can get wrong, and says what to do. */
export const doctor = async (env: Env, options: { url?: string; json?: true }): Promise<number> => {
  const given = options.url === undefined ? undefined : usableUrl(options.url);
  const findings = await findingsOf(withLaptopSettings(env), given);
  const ok = findings.every(finding => finding.result !== 'problem');
  if (options.json) printJson({ ok, checks: findings });
  else tell(findings);
  return ok ? EXIT.done : EXIT.failed;
};

/** Does all checks. @param given our endpoint, where it isn't that of the settings */
export const findingsOf = async (settings: Env, given: string | undefined): Promise<Finding[]> => {
  const wrong = faultsOf(settings);
  const config = parseConfig(without(settings, wrong.keys()));
  const url = given ?? config.webhookUrl;
  // A CONSOLE_URL that can't be read is no missing one.
  const withheld = consoleWithheld(config);
  const faults = new Map([...byName(withheld === null ? [] : [withheld]), ...wrong]);
  await using context =
    config.databaseUrl === undefined ? null : openContext(config, config.databaseUrl);
  return await examine(
    [
      checkOfNames(settings),
      ...checksOfSettings(settings, faults),
      ...checksOfDatabase(context),
      ...checksOfRunning(context, config),
      ...checksOfTokens(context),
      ...checksOfTelling(context, config),
      checkOfAlerts(config),
      ...checksOfUsers(context, config),
      ...checksOfSearch(context, config),
      ...config.workspaces.flatMap(workspace => checksOfSeam(workspace, config, url)),
    ],
    explain,
  );
};

/** Without these nothing works, though each command insists only on those that it needs. */
const REQUIRED = ['DATABASE_URL', 'SEAM_API_KEY', 'SEAM_WEBHOOK_SECRET'] as const;

/** What is wrong with each setting, by its name: also where its file is at fault. */
const faultsOf = (env: Env): ReadonlyMap<string, string> => {
  try {
    parseConfig(env, REQUIRED);
    return new Map();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return byName(error.faults);
  }
};

const byName = (faults: readonly string[]): ReadonlyMap<string, string> => {
  const all = Map.groupBy(faults, fault => settingOf(fault.split(' ', 1).join()));
  return new Map([...all].map(([name, each]) => [name, each.join('; ')]));
};

const settingOf = (name: string): string =>
  SECRET_NAMES.find(secret => fileSettingOf(secret) === name) ?? name;

/** One setting that is wrong must not keep us from looking at the rest. */
const without = (env: Env, names: Iterable<string>): Env => {
  const left = { ...env };
  for (const name of names) {
    delete left[name];
    delete left[fileSettingOf(name)];
  }
  return left;
};

const openContext = (config: Config, databaseUrl: string): Context =>
  createContext({
    databaseUrl,
    redisUrl: config.redisUrl,
    workspaces: config.workspaces,
    // What goes wrong is told in the findings.
    log: createLogger({ level: 'silent', pretty: false }),
    name: 'seam-reconciler doctor',
    maxConnections: 2,
  });

/** What was set under another name counts for nothing. */
const checkOfNames = (env: Env): Check => ({
  name: 'names of settings',
  needs: [],
  look: async () => {
    const misspelt = misspeltSettings(env);
    if (misspelt.length === 0) return 'none is misspelt';
    throw new Problem(
      misspelt.map(tellMisspelt).join(' '),
      'Rename it, or leave it out: as it is, it counts for nothing.',
    );
  },
});

const checksOfSettings = (env: Env, faults: ReadonlyMap<string, string>): Check[] =>
  SETTING_NAMES.map(name => ({
    name,
    needs: [],
    look: async () => {
      const fault = faults.get(name);
      if (fault !== undefined) {
        throw new Problem(fault, `Correct it in .env. .env.example explains ${name}.`);
      }
      if (!env[name]) return 'not set: the default';
      const source = sourceOf(env, name);
      return source === name ? 'set' : `set, by ${source}`;
    },
  }));

/** What an error means that a check has run into. */
const explain = (error: unknown): Problem => {
  if (error instanceof SeamError) {
    return new Problem(error.message, SEAM_REMEDIES[error.reason]);
  }
  if (error instanceof UsersTableError) {
    return new Problem(error.message, error.remedy);
  }
  const fault = databaseFault(error);
  if (fault !== null) {
    return new Problem(
      fault,
      'Check DATABASE_URL, and that Postgres is running and accepts our login.',
    );
  }
  return new Problem(String(describeError(error).message), 'Give an engineer this message.');
};

const SEAM_REMEDIES = {
  seam_unauthorized:
    'Copy the workspace\'s API key from the Seam console into SEAM_API_KEY (or into the list). A personal access token may not be for this workspace: "workspaces" lists those that it opens.',
  seam_forbidden:
    "Give the API key the permissions to read connected accounts, Connect Webviews and events, or use the workspace's own key.",
  workspace_suspended: 'Have the workspace reactivated, in the Seam console or by Seam.',
  seam_rate_limited: 'Wait a minute and try again: Seam has asked us to slow down.',
  seam_unavailable:
    "Check this machine's network and SEAM_ENDPOINT, and whether a proxy answers in place of Seam. See status.seam.co.",
  seam_timeout: "Check this machine's network and SEAM_ENDPOINT. See status.seam.co.",
  seam_unreadable:
    'Check SEAM_ENDPOINT. If it is right, this version may not know what Seam answers now.',
  seam_refused: 'Check SEAM_ENDPOINT. If it is right, give an engineer this message.',
} as const satisfies Record<SeamReason, string>;

const WORDS = { ok: 'ok', problem: 'PROBLEM', not_checked: 'not checked' } as const;

const tell = (findings: readonly Finding[]): void => {
  printLine(
    formatTable(
      ['CHECK', 'RESULT', 'FOUND'],
      findings.map(finding => [
        finding.check,
        WORDS[finding.result],
        [finding.detail, finding.remedy].filter(Boolean).join(' → '),
      ]),
    ),
  );
  const problems = findings.filter(finding => finding.result === 'problem').length;
  printNotice(
    problems === 0 ? 'Everything is fine.' : `${problems} of ${findings.length} need attention.`,
  );
};
