import type { Env } from '../config/config.ts';
import { parseEnvFile } from '../config/env-file.ts';
import { SECRET_NAMES, sourceOf, withSecretFiles } from '../config/secret-files.ts';
import { CommandError, EXIT } from './exit.ts';
import { withoutAsked } from './init-asked.ts';
import { carryOut } from './init-carry-out.ts';
import { openEnvFile } from './init-file.ts';
import { askAll, type Given, type Plan } from './init-questions.ts';
import { tellOfEnvironment, tellOfFindings, tellOfPlan, tellWhatNext } from './init-telling.ts';
import { faultOfSettings } from './init-try.ts';
import { printNotice } from './print.ts';
import { askLine, canAsk } from './prompt.ts';

type Options = Given & Readonly<{ yes?: true }>;

/** `init`: asks what is needed, tries each answer, and then sets everything up. */
export const init = async (environment: Env, options: Options): Promise<number> => {
  const file = openEnvFile(process.cwd());
  const inFile = parseEnvFile(file.read());
  const outside = withoutThoseOf(environment, inFile);
  const env = withSecretFiles({ ...inFile, ...outside });
  const isInteractive = canAsk() && options.yes !== true;
  insistOnOneWorkspace(env);
  insistOnOthersRight(env, inFile);
  if (!isInteractive) insistOnAnswers(env, options);
  const asking = { env, isInteractive };
  if (isInteractive) {
    printNotice(
      `This sets everything up, and writes ${file.path}. Nothing is done before you say so.`,
    );
    printNotice('Enter takes what stands in brackets; Ctrl-C ends it.');
  }
  const plan = await askAll(asking, options);
  insistOnPlaceForSecret(plan, env);
  const toWrite = withoutFromFiles(withEndpoint(plan, env), env);
  file.insistOnWritable(toWrite.settings);
  tellOfPlan(toWrite, file);
  tellOfEnvironment(toWrite, outside);
  if (isInteractive && !/^(y(es)?)?$/i.test(await askLine('Do that? [Y/n] '))) {
    throw new CommandError('Nothing was done.', EXIT.refused);
  }
  const { findings, isLetIn } = await carryOut(toWrite, outside, file);
  const isRight = tellOfFindings(findings, toWrite);
  tellWhatNext(toWrite, env);
  return isRight && isLetIn ? EXIT.done : EXIT.partlyDone;
};

/** `npm run cli` has read the file already: what comes from there isn't the environment's own. */
const withoutThoseOf = (environment: Env, inFile: Env): Env =>
  Object.fromEntries(Object.entries(environment).filter(([name, value]) => inFile[name] !== value));

const insistOnOneWorkspace = (env: Env): void => {
  const name = ['SEAM_WORKSPACES', 'SEAM_PERSONAL_ACCESS_TOKEN'].find(each => env[each]);
  if (name === undefined) return;
  throw new CommandError(
    `${sourceOf(env, name)} is set: "init" sets up one workspace with its API key. For several, see docs/running.md.`,
    EXIT.usage,
  );
};

/** What `init` doesn't ask for: a command would refuse to start with it, now or later. */
const insistOnOthersRight = (env: Env, inFile: Env): void => {
  const fault = faultOfSettings(withoutAsked(env));
  if (fault === null) return;
  const others = Object.keys(inFile).some(name => fault.includes(`${name} `))
    ? ' If your app means something else by it, run "init" in a folder of its own: there, .env is ours alone.'
    : '';
  throw new CommandError(`Correct this first: ${fault}.${others}`, EXIT.usage);
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

/** Seam shows the secret of a new endpoint once: it has to be kept where it is read from. */
const insistOnPlaceForSecret = ({ webhook }: Plan, env: Env): void => {
  const source = sourceOf(env, 'SEAM_WEBHOOK_SECRET');
  if (webhook?.registered !== null || source === 'SEAM_WEBHOOK_SECRET') return;
  throw new CommandError(
    `${webhook.url} isn't registered yet, and ${source} names a file, which "init" doesn't write: register it with "webhook setup" and put its secret there, or leave ${source} out. Nothing was done.`,
    EXIT.refused,
  );
};

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
