import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LEAST_ROLES, mayRole, type Permission, ROLES } from '../../src/access/permissions.ts';
import { PERMISSION_WORDS } from '../../src/access/role-words.ts';

test('the documented table says of each action who may, as the server has it', () => {
  const doc = readFileSync(new URL('../../docs/support-desk.md', import.meta.url), 'utf8');
  const [, table = ''] = /\| action \|.*\n\| ---.*\n((?:\|.*\n)+)/.exec(doc) ?? [];
  const told = table.trim().split('\n');
  const held = (Object.keys(LEAST_ROLES) as Permission[]).map(permission => {
    const marks = ROLES.map(role => (mayRole(role, permission) ? 'yes' : '–'));
    return `| ${[PERMISSION_WORDS[permission], ...marks].join(' | ')} |`;
  });
  expect(told).toEqual(held);
});
