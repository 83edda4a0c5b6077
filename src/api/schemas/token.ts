import { z } from 'zod';
import { LEFT_OUT, TOKEN_STATES } from '../../operators/token-record.ts';
import {
  described,
  instant,
  instantOrNull,
  number,
  permissionField,
  roleField,
  text,
  textOrNull,
} from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';

/* What the API answers about its own tokens. */

export const TOKEN = {
  id: 5,
  name: 'our app reads links',
  role: 'support',
  effective_role: 'support',
  permissions: ['view', 'see_emails'],
  workspaces: [SAMPLE.workspace_id],
  owner_id: 3,
  owner: SAMPLE.operator,
  state: 'active',
  created_at: SAMPLE.at,
  created_by: SAMPLE.operator,
  expires_at: '2027-02-20T14:03:27.418Z',
  used_at: SAMPLE.later,
  revoked_at: null,
  old_secret_until: null,
  old_secret_used_at: null,
} as const;
const EXAMPLE = {
  ...TOKEN,
  permissions: [...TOKEN.permissions],
  workspaces: [...TOKEN.workspaces],
};

const token = named(
  'Token',
  'A token of this API, without its secret.',
  z.strictObject({
    id: number('Its number', TOKEN.id),
    name: text('What it is for', TOKEN.name),
    role: roleField,
    effective_role: roleField.describe('The lesser of its own role and its owner’s present one'),
    permissions: described(
      z.array(permissionField).nullable(),
      `Only these of what its role may; null: everything except ${LEFT_OUT}`,
    ),
    workspaces: described(z.array(z.string()).nullable(), 'Ids of Seam workspaces; null: all'),
    owner_id: described(
      z.number().nullable(),
      'The number of the operator with whom it ends; null: it is an old token',
    ),
    owner: textOrNull('Their name; null: it is an old token', SAMPLE.operator),
    state: described(
      z.enum(TOKEN_STATES),
      '`expiring`: it still works, and expires within two weeks (or a quarter of a shorter lifetime)',
    ),
    created_at: instant('When it was created'),
    created_by: text('Who created it', SAMPLE.operator),
    expires_at: instant('When it stops working'),
    used_at: instantOrNull('When it was last used; null: never'),
    revoked_at: instantOrNull('When it was revoked; null: it wasn’t'),
    old_secret_until: instantOrNull('Until when the secret before this one works; null: none does'),
    old_secret_used_at: instantOrNull('When that one was last used; null: never'),
  }),
  EXAMPLE,
);

export const tokenList = named(
  'TokenList',
  'The tokens of this API.',
  z.strictObject({ tokens: described(z.array(token), 'In the order in which they were created') }),
  { tokens: [EXAMPLE] },
);

export const tokenAnswer = named(
  'TokenAnswer',
  'A token as it is now.',
  z.strictObject({ token }),
  {
    token: EXAMPLE,
  },
);

export const secretAnswer = named(
  'TokenWithSecret',
  'A token with its secret, which is shown only here.',
  z.strictObject({
    token,
    secret: text('What to send as `authorization: Bearer …`', 'the-secret-of-the-token'),
  }),
  { token: EXAMPLE, secret: 'the-secret-of-the-token' },
);
