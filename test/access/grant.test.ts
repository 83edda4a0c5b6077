import { expect, test } from 'vitest';
import { covers, mayUse, type Rights, TO_BE_NAMED } from '../../src/access/grant.ts';
import { identifierFor } from '../../src/access/mask.ts';
import { LEAST_ROLES, mayRole, type Permission, ROLES } from '../../src/access/permissions.ts';

const PERMISSIONS = Object.keys(LEAST_ROLES) as Permission[];
const isToBeNamed = (permission: Permission) => TO_BE_NAMED.some(each => each === permission);
const token = (role: Rights['role'], permissions: Permission[] | null, workspaces?: string[]) => ({
  role,
  grant: { permissions, workspaces: workspaces ?? null },
});

test.each(ROLES)(
  '%s: a person may what their role may, their token that without what has to be named',
  role => {
    for (const permission of PERMISSIONS) {
      const byRole = mayRole(role, permission);
      expect(mayUse({ role }, permission)).toBe(byRole);
      expect(mayUse(token(role, null), permission)).toBe(byRole && !isToBeNamed(permission));
      expect(mayUse(token(role, [permission]), permission)).toBe(byRole);
      expect(mayUse(token(role, []), permission)).toBe(false);
    }
  },
);

test.each<[string, Rights, Rights, boolean]>([
  ['an admin, an admin', { role: 'admin' }, { role: 'admin' }, true],
  ['support, an admin', { role: 'support' }, { role: 'admin' }, false],
  ['a token without more, an operator of its role', token('admin', null), { role: 'admin' }, false],
  ['a token with all, an operator', token('admin', PERMISSIONS), { role: 'admin' }, true],
  [
    'a token with all in one workspace, an operator',
    token('admin', PERMISSIONS, ['a']),
    { role: 'viewer' },
    false,
  ],
  [
    'a token with a few, one with fewer',
    token('admin', ['view', 'retry']),
    token('admin', ['view']),
    true,
  ],
  [
    'a token with a few, one with others',
    token('admin', ['view', 'retry']),
    token('admin', ['view', 'link']),
    false,
  ],
  [
    'a token with a few, one with all',
    token('admin', ['view', 'retry']),
    token('admin', null),
    false,
  ],
  [
    'two workspaces, one of them',
    token('viewer', null, ['a', 'b']),
    token('viewer', null, ['a']),
    true,
  ],
  [
    'one workspace, another',
    token('viewer', null, ['a']),
    token('viewer', null, ['a', 'b']),
    false,
  ],
  ['one workspace, all', token('viewer', null, ['a']), token('viewer', null), false],
  ['all workspaces, one', token('viewer', null), token('viewer', null, ['a']), true],
])('%s', (_, own, given, expected) => {
  expect(covers(own, given)).toBe(expected);
});

test('a token without the permission to see e-mails reads them masked, whatever its role', () => {
  const email = 'ada@locks.example';
  expect(identifierFor(token('admin', ['view']), email)).not.toContain('locks');
  expect(identifierFor(token('admin', ['view', 'see_emails']), email)).toBe(email);
});
