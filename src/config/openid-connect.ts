import { isRole, ROLES, type Role } from '../access/permissions.ts';

/** How the company's own provider is asked who somebody is, and what its groups mean here. */
export type OpenIdConnect = Readonly<{
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The role of each group; of several that somebody is in, the highest counts. */
  roles: ReadonlyMap<string, Role>;
  groupsClaim: string;
}>;

const TOGETHER = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_ROLES'] as const;
const WITH_THEM = [...TOGETHER, 'CONSOLE_URL'] as const;

/** Nobody could sign in at all. */
export const COMPANY_ONLY_FAULT = `SIGN_IN must be any unless ${WITH_THEM.join(', ')} are set`;

/**
 * Reads the settings of the company's sign-in: all of them or none.
 *
 * @param present the settings that are not empty
 * @returns what is wrong with them, by name and never with a value
 */
export const openIdConnect = (
  present: Readonly<Record<string, string | undefined>>,
  production: boolean,
): { settings: OpenIdConnect | null; faults: readonly string[] } => {
  if (TOGETHER.every(name => present[name] === undefined)) return { settings: null, faults: [] };
  const {
    OIDC_ISSUER: issuer = '',
    OIDC_CLIENT_ID: clientId = '',
    OIDC_CLIENT_SECRET: clientSecret = '',
    OIDC_ROLES: given = '',
    OIDC_GROUPS_CLAIM: groupsClaim = 'groups',
  } = present;
  const roles = parseRoles(given);
  const faults = [
    ...WITH_THEM.filter(name => present[name] === undefined).map(
      name => `${name} must be set if any of ${TOGETHER.join(', ')} is`,
    ),
    ...(issuer === '' || isIssuer(issuer, production) ? [] : [ISSUER_FAULT]),
    ...(given === '' || roles !== null ? [] : [ROLES_FAULT]),
  ];
  return faults.length > 0 || roles === null
    ? { settings: null, faults }
    : { settings: { issuer, clientId, clientSecret, roles, groupsClaim }, faults };
};

const ISSUER_FAULT =
  'OIDC_ISSUER must be a URL that starts with https:// and has no ? or # (http:// only on localhost, and not in production)';
const LOCAL = ['localhost', '127.0.0.1', '[::1]'];

const isIssuer = (text: string, production: boolean): boolean => {
  if (!URL.canParse(text) || /[?#@\s]/.test(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && !production && LOCAL.includes(hostname));
};

const ROLES_FAULT = `OIDC_ROLES must be group=role, several separated by commas, each group once, and each role one of ${ROLES.join(', ')}`;

/** `lock-support=support,oncall=on-call`; a group may hold a `=`, too. Null for anything else. */
const parseRoles = (text: string): ReadonlyMap<string, Role> | null => {
  const roles = new Map<string, Role>();
  for (const pair of text.split(',')) {
    const at = pair.lastIndexOf('=');
    const [group, role] = [pair.slice(0, Math.max(0, at)).trim(), pair.slice(at + 1).trim()];
    if (group === '' || !isRole(role) || roles.has(group)) return null;
    roles.set(group, role);
  }
  return roles;
};
