import type { Env } from '../config/config.ts';
import { COMMAND } from '../ops/built.ts';
import type { Finding } from '../support/setup/doctor.ts';
import { BUILT_IN_USERS } from '../users/built-in.ts';
import { NO_USERS, OF_THE_ENDPOINT } from './doctor-checks.ts';
import type { EnvFile } from './init-file.ts';
import type { Plan } from './init-questions.ts';
import { printNotice } from './print.ts';

/** What is to be done, before anything is. */
export const tellOfPlan = (
  { settings, webhook, admin, firstUser }: Plan,
  file: Pick<EnvFile, 'path' | 'copy'>,
): void => {
  const link = { there: 'stays as it is', unused: 'gets a link', new: 'is made, and gets a link' };
  for (const line of [
    '',
    'What is to be done:',
    `  1. write ${file.path}, which is to stay out of git: ${Object.keys(settings).join(', ')}`,
    ...tellOfCopy(file.copy()),
    '  2. bring the database up to this version (only our own schemas)',
    ...tellOfEndpoint(webhook),
    `  4. the admin ${admin.name} ${link[admin.kind]}`,
    ...(firstUser === null ? [] : [`     the user "${firstUser}" is put into ${BUILT_IN_USERS}`]),
    '  5. check everything ("doctor")',
    '',
  ])
    printNotice(line);
};

/** It has all the secrets that the file has now. */
const tellOfCopy = (copy: string | null): string[] =>
  copy === null
    ? []
    : [
        `     what is in it now is kept as ${copy} (git passes that folder over; keep it out of container images, too) before it is changed: remove that in the end`,
      ];

/** An endpoint that is there is somebody's: what would be changed of it is told first. */
const tellOfEndpoint = (webhook: Plan['webhook']): string[] => {
  if (webhook === null) return ['  3. register no endpoint with Seam for now'];
  const { url, registered } = webhook;
  if (registered === null) {
    return [`  3. register ${url} with Seam, for the types of events that we need`];
  }
  const { webhook_id: id, missing, superfluous } = registered;
  if (missing.length + superfluous.length === 0) {
    return [`  3. leave ${url} as it is registered with Seam (${id})`];
  }
  return [
    `  3. change ${url}, which is registered with Seam (${id}), to exactly the types of events that we need:`,
    ...(missing.length === 0 ? [] : [`       it gets ${missing.join(', ')}`]),
    ...(superfluous.length === 0 ? [] : [`       it no longer gets ${superfluous.join(', ')}`]),
  ];
};

/**
 * What is in the environment wins over .env: whoever forgets it there is surprised later. A secret that Seam gives out
 * once it has registered the endpoint isn't known yet, and is another.
 */
export const tellOfEnvironment = ({ settings, webhook }: Plan, environment: Env): void => {
  const isNew = webhook?.registered === null;
  const meant: Env = isNew ? { ...settings, SEAM_WEBHOOK_SECRET: undefined } : settings;
  const names = Object.keys(meant).filter(
    name => environment[name] && environment[name] !== meant[name],
  );
  if (names.length === 0) return;
  printNotice(
    `Mind: ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} also set in your environment, with another value, which wins over .env.`,
  );
};

/**
 * What `doctor` found. What can't be otherwise yet, as no endpoint was wanted or there are no users, is told as what is
 * still to do.
 *
 * @returns whether all else is right
 */
export const tellOfFindings = (findings: readonly Finding[], { webhook }: Plan): boolean => {
  const problems = findings.filter(({ result }) => result === 'problem');
  const isLater = ({ check, detail }: Finding): boolean =>
    detail.endsWith(NO_USERS) || (webhook === null && OF_THE_ENDPOINT.includes(check));
  const fine = findings.filter(({ result }) => result === 'ok');
  printNotice('');
  const left = findings.length - fine.length - problems.length;
  const unseen = left === 0 ? '' : ` (${left} had to be left out)`;
  printNotice(`"doctor": ${fine.length} of ${findings.length} checks are fine${unseen}.`);
  for (const problem of problems) {
    const { check, detail, remedy } = problem;
    const mark = isLater(problem) ? '- still to do: ' : '✗ ';
    printNotice(`  ${mark}${check}: ${[detail, remedy].filter(Boolean).join(' → ')}`);
  }
  const isRight = problems.every(isLater);
  if (!isRight) printNotice('Correct what is marked ✗, and ask "doctor" again.');
  return isRight;
};

/** What a person does next, in words that can be copied. */
export const tellWhatNext = ({ settings, webhook, firstUser }: Plan, before: Env): void => {
  const users = settings.USERS_TABLE || before.USERS_TABLE || BUILT_IN_USERS;
  const isOurs = users === BUILT_IN_USERS;
  const user = firstUser ?? '<id>';
  const asArgument = /^[\w<>.@-]+$/.test(user) ? user : `'${user.replaceAll("'", `'\\''`)}'`;
  for (const line of [
    '',
    'What next:',
    `  ${COMMAND} serve --work                 takes webhooks, and links; leave it running`,
    `  ${settings.CONSOLE_URL?.replace(/\/$/, '')}/support       the support desk: open the link above`,
    ...(isOurs && firstUser === null
      ? [
          `  insert into ${BUILT_IN_USERS} (id) values ('ada');   in that database: a user, where there is none yet (or: init --first-user ada)`,
        ]
      : []),
    `  ${COMMAND} webview create --user ${asArgument}   a Connect Webview for a user of ${users}: open it, connect an account`,
    `  ${COMMAND} show ${asArgument}                    what became of it`,
    ...(webhook === null
      ? [
          `  ${COMMAND} init                         again, once you know where Seam reaches "serve"`,
        ]
      : []),
    'Names and e-mails of users are found, too, with USERS_NAME_COLUMN and USERS_EMAIL_COLUMN in .env.',
  ])
    printNotice(line);
};
