import type { Env } from '../config/config.ts';
import { parseEnvFile } from '../config/env-file.ts';
import { SECRET_NAMES, sourceOf, withSecretFiles } from '../config/secret-files.ts';
import { COMMAND } from '../ops/built.ts';
import type { Finding } from '../support/setup/doctor.ts';
import { CommandError, EXIT } from './exit.ts';
import { carryOut } from './init-carry-out.ts';
import { openEnvFile } from './init-file.ts';
import { askAll, type Given, type Plan } from './init-questions.ts';
import { faultOfSettings } from './init-try.ts';
import { printNotice } from './print.ts';
import { askLine, canAsk } from './prompt.ts';

type Options = Given & Readonly<{ yes?: true }>;

/** What `init` asks for: wrong values of these are its business, not something to be mended first. */
const ASKED = [
  'DATABASE_URL',
  'REDIS_URL',
  'SEAM_API_KEY',
  'USERS_TABLE',
  'USERS_ID_COLUMN',
  'WEBHOOK_URL',
  'CONSOLE_URL',
  'OPERATOR_NAME',
] as const;

/** `init`: asks what is needed, tries each answer, and then sets everything up. */
export const init = async (environment: Env, options: Options): Promise<number> => {
  const file = openEnvFile(process.cwd());
  const inFile = parseEnvFile(file.read());
  const env = withSecretFiles({ ...inFile, ...environment });
  const isInteractive = canAsk() && options.yes !== true;
  insistOnOneWorkspace(env);
  insistOnOthersRight(env);
  if (!isInteractive) insistOnAnswers(env, options);
  const asking = { env, isInteractive };
  if (isInteractive) {
    printNotice(
      `This sets everything up, and writes ${file.path}. Nothing is done before you say so.`,
    );
    printNotice('Enter takes what stands in brackets; Ctrl-C ends it.');
  }
  const plan = await askAll(asking, options);
  const toWrite = withoutFromFiles(withEndpoint(plan, env), env);
  tellOfPlan(toWrite, file.path);
  tellOfEnvironment(toWrite, environment, inFile);
  if (isInteractive && !/^(y(es)?)?$/i.test(await askLine('Do that? [Y/n] '))) {
    throw new CommandError('Nothing was done.', EXIT.refused);
  }
  const findings = await carryOut(toWrite, env, file);
  tellOfFindings(findings);
  tellWhatNext(toWrite);
  return EXIT.done;
};

const insistOnOneWorkspace = (env: Env): void => {
  const name = ['SEAM_WORKSPACES', 'SEAM_PERSONAL_ACCESS_TOKEN'].find(each => env[each]);
  if (name === undefined) return;
  throw new CommandError(
    `${sourceOf(env, name)} is set: "init" sets up one workspace with its API key. For several, see docs/running.md.`,
    EXIT.usage,
  );
};

const insistOnOthersRight = (env: Env): void => {
  const others = { ...env };
  for (const name of ASKED) delete others[name];
  const fault = faultOfSettings(others);
  if (fault !== null) throw new CommandError(`Correct this first: ${fault}`, EXIT.usage);
};

/** Where nobody can be asked, all that lacks is told at once. */
const insistOnAnswers = (env: Env, options: Options): void => {
  const lacking = [
    ...(options.databaseUrl || env.DATABASE_URL ? [] : ['DATABASE_URL, or --database-url']),
    ...(env.SEAM_API_KEY ? [] : ['SEAM_API_KEY']),
    ...(options.webhookUrl || env.WEBHOOK_URL
      ? []
      : ['WEBHOOK_URL, or --webhook-url (skip: later)']),
    ...(options.operator || env.OPERATOR_NAME ? [] : ['OPERATOR_NAME, or --operator']),
    ...(options.yes ? [] : ['--yes']),
  ];
  if (lacking.length === 0) return;
  throw new CommandError(
    [
      'There is nobody to ask here, so these are needed, in the environment or in .env:',
      ...lacking.map(each => `  - ${each}`),
      'Nothing was done.',
    ].join('\n'),
    EXIT.usage,
  );
};

/** Where another Seam than the real one was tried, the same is meant later. */
const withEndpoint = (plan: Plan, { SEAM_ENDPOINT }: Env): Plan =>
  SEAM_ENDPOINT ? { ...plan, settings: { ...plan.settings, SEAM_ENDPOINT } } : plan;

/** A secret that is in a file of its own stays there. @throws CommandError where another was given */
const withoutFromFiles = (plan: Plan, env: Env): Plan => {
  const settings = { ...plan.settings };
  for (const name of SECRET_NAMES) {
    const source = sourceOf(env, name);
    if (source === name || settings[name] === undefined) continue;
    if (settings[name] !== env[name]) {
      throw new CommandError(
        `${source} names a file with another value: put the new one there, or leave ${source} out. Nothing was done.`,
        EXIT.refused,
      );
    }
    delete settings[name];
  }
  return { ...plan, settings };
};

const tellOfPlan = ({ settings, webhook, admin }: Plan, file: string): void => {
  const link = { there: 'stays as it is', unused: 'gets a link', new: 'is made, and gets a link' };
  for (const line of [
    '',
    'What is to be done:',
    `  1. write ${file}: ${Object.keys(settings).join(', ')}`,
    '  2. bring the database up to this version (only our own schemas)',
    webhook === null
      ? '  3. register no endpoint with Seam for now'
      : `  3. register ${webhook.url} with Seam, for the types of events that we need, unless it is`,
    `  4. the admin ${admin.name} ${link[admin.kind]}`,
    '  5. check everything ("doctor")',
    '',
  ])
    printNotice(line);
};

/** What is in the environment wins over .env: whoever forgets it there is surprised later. */
const tellOfEnvironment = ({ settings }: Plan, environment: Env, inFile: Env): void => {
  const names = Object.keys(settings).filter(
    name =>
      environment[name] &&
      environment[name] !== inFile[name] &&
      environment[name] !== settings[name],
  );
  if (names.length === 0) return;
  printNotice(
    `Mind: ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} also set in your environment, with another value, which wins over .env.`,
  );
};

const tellOfFindings = (findings: readonly Finding[]): void => {
  const problems = findings.filter(({ result }) => result === 'problem');
  printNotice('');
  printNotice(
    `"doctor": ${findings.length - problems.length} of ${findings.length} checks are fine.`,
  );
  for (const { check, detail, remedy } of problems) {
    printNotice(`  ✗ ${check}: ${[detail, remedy].filter(Boolean).join(' → ')}`);
  }
};

const tellWhatNext = ({ settings, webhook }: Plan): void => {
  const users = settings.USERS_TABLE ?? 'reconciler.users';
  const isOurs = users === 'reconciler.users';
  for (const line of [
    '',
    'What next:',
    `  ${COMMAND} serve --work                 takes webhooks, and links; leave it running`,
    `  ${settings.CONSOLE_URL?.replace(/\/$/, '')}/support       the support desk: open the link above`,
    ...(isOurs
      ? [
          '  psql "$DATABASE_URL" -c "insert into reconciler.users (id) values (\'ada\')"   a first user',
        ]
      : []),
    `  ${COMMAND} webview create --user <id>   a Connect Webview for a user of ${users}: open it, connect an account`,
    `  ${COMMAND} show <id>                    what became of it`,
    ...(webhook === null
      ? [
          `  ${COMMAND} init                         again, once you know where Seam reaches "serve"`,
        ]
      : []),
    'Names and e-mails of users are found, too, with USERS_NAME_COLUMN and USERS_EMAIL_COLUMN in .env.',
  ])
    printNotice(line);
};
