import type { Role } from '../access/permissions.ts';
import type { Env } from '../config/config.ts';
import {
  changeRole,
  disableOperator,
  enableOperator,
  renewSignIn,
  setPassword,
} from '../operators/change-operator.ts';
import {
  addOperator,
  listOperators,
  type Operator,
  operatorNamed,
} from '../operators/operators.ts';
import { listPasskeys, removePasskeysOf } from '../operators/passkeys/passkeys.ts';
import { signInLinkUrl, TO_OWN_ACCOUNT } from '../operators/sign-in-link.ts';
import { insistOnPasswords } from '../operators/sign-in-policy.ts';
import { EXIT } from './exit.ts';
import { type Output, openDesk } from './open.ts';
import { readPassword } from './password.ts';
import { formatTable, printJson, printLine, printNotice } from './print.ts';

const LINK_HOURS = 24;

type SignInOptions = Output & { link?: true; passwordStdin?: true };

/** `operator add <name> --role <role>`. */
export const operatorAdd = async (
  env: Env,
  name: string,
  options: SignInOptions & { role: Role },
): Promise<number> => {
  const { role, link } = options;
  await using opened = openDesk(env);
  const { hasPasswords } = opened.desk.config;
  if (options.passwordStdin) insistOnPasswords(opened.desk.config);
  const password =
    link || !hasPasswords ? null : await readPassword(options.passwordStdin === true);
  const operator = await addOperator(opened.desk.pool, opened.actor, { name, role, password });
  if (link) return await printLink(opened, operator.name, options);
  const added = `${operator.name} was added, as ${operator.role}.`;
  const how =
    ' Passwords are switched off (SIGN_IN=company): let them in with "operator password <name> --link".';
  return tell(options, operator, hasPasswords ? added : added + how);
};

/** `operator password <name>`, or with `--link` one to choose it with. */
export const operatorPassword = async (
  env: Env,
  name: string,
  options: SignInOptions,
): Promise<number> => {
  await using opened = openDesk(env);
  if (!options.link) insistOnPasswords(opened.desk.config);
  const password = options.link ? null : await readPassword(options.passwordStdin === true);
  if (password === null) return await printLink(opened, name, options);
  const operator = await setPassword(opened.desk.pool, opened.actor, name, password);
  return tell(options, operator, `${operator.name} has a new password and was signed out.`);
};

/** `operator list`. */
export const operatorList = async (env: Env, options: Output): Promise<number> => {
  await using opened = openDesk(env);
  const operators = await listOperators(opened.desk.pool);
  if (options.json) {
    printJson({ operators });
    return EXIT.done;
  }
  if (operators.length === 0)
    printNotice('There are no operators yet: add one with "operator add".');
  else {
    const rows = operators.map(each => [
      each.name,
      each.role,
      each.disabled_at === null ? 'active' : `disabled ${each.disabled_at}`,
      each.signs_in_with.replaceAll('_', ' '),
      each.last_seen_at ?? 'never',
    ]);
    printLine(formatTable(['NAME', 'ROLE', 'STATE', 'SIGNS IN WITH', 'LAST SEEN'], rows));
  }
  return EXIT.done;
};

/** `operator role <name> <role>`. */
export const operatorRole = async (
  env: Env,
  name: string,
  role: Role,
  options: Output,
): Promise<number> => {
  await using opened = openDesk(env);
  const operator = await changeRole(opened.desk.pool, opened.actor, name, role);
  return tell(options, operator, `${operator.name} now has the role ${operator.role}.`);
};

/** `operator disable <name>`. */
export const operatorDisable = async (env: Env, name: string, options: Output): Promise<number> => {
  await using opened = openDesk(env);
  const operator = await disableOperator(opened.desk.pool, opened.actor, name);
  return tell(options, operator, `${operator.name} is disabled and signed out everywhere.`);
};

/** `operator enable <name>`. */
export const operatorEnable = async (env: Env, name: string, options: Output): Promise<number> => {
  await using opened = openDesk(env);
  const operator = await enableOperator(opened.desk.pool, opened.actor, name);
  return tell(options, operator, `${operator.name} can sign in again.`);
};

/** `operator passkeys <name> [--remove-all]`. */
export const operatorPasskeys = async (
  env: Env,
  name: string,
  { json, removeAll }: Output & { removeAll?: true },
): Promise<number> => {
  await using opened = openDesk(env);
  const { pool } = opened.desk;
  if (removeAll) {
    const { removed, name: whose } = await removePasskeysOf(pool, opened.actor, name);
    if (json) printJson({ removed });
    else
      printNotice(
        removed === 0
          ? `${whose} has no passkeys.`
          : `${removed} ${removed === 1 ? 'passkey' : 'passkeys'} of ${whose} removed, and they were signed out.`,
      );
    return EXIT.done;
  }
  const passkeys = await listPasskeys(pool, (await operatorNamed(pool, name)).id);
  if (json) printJson({ passkeys });
  else if (passkeys.length === 0) printNotice('They have no passkeys.');
  else {
    const rows = passkeys.map(each => [
      each.name,
      each.created_at,
      each.used_at ?? 'never',
      each.backed_up ? 'yes' : 'no',
    ]);
    printLine(formatTable(['PASSKEY', 'ADDED', 'LAST USED', 'BACKED UP'], rows));
  }
  return EXIT.done;
};

const tell = (options: Output, operator: Operator, text: string): number => {
  if (options.json) printJson({ operator });
  else printNotice(text);
  return EXIT.done;
};

/** Alone on stdout, and only now. To be waited for: what it uses is closed after it. */
const printLink = async (
  { desk, actor, consoleUrl }: Awaited<ReturnType<typeof openDesk>>,
  name: string,
  options: Output,
): Promise<number> => {
  const { operator, key } = await renewSignIn(desk.pool, actor, name, LINK_HOURS * 60);
  const link = signInLinkUrl(consoleUrl ?? '', key, TO_OWN_ACCOUNT);
  if (options.json) printJson({ operator, sign_in_link: link });
  else printLine(link);
  const where = consoleUrl === null ? ' Prefix it with the URL of your console.' : '';
  printNotice(
    `It works once, within ${LINK_HOURS} hours, and signs in whoever opens it first as ${operator.name}.${where}`,
  );
  return EXIT.done;
};
