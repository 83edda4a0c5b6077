import { z } from 'zod';
import {
  described,
  instant,
  instantOrNull,
  number,
  roleField,
  text,
  textOrNull,
} from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';

/* What the API answers about who can sign in to the console. */

export const OPERATOR = {
  id: 3,
  name: SAMPLE.operator,
  role: 'support',
  signs_in_with: 'password',
  created_at: SAMPLE.at,
  last_seen_at: SAMPLE.later,
  disabled_at: null,
} as const;

const operator = named(
  'Operator',
  'Someone who can sign in to the console.',
  z.strictObject({
    id: number('Their number', OPERATOR.id),
    name: text('What they are called', OPERATOR.name),
    role: roleField,
    signs_in_with: described(
      z.enum(['password', 'openid_connect', 'nothing_yet']),
      'How they sign in',
    ),
    created_at: instant('When they were added'),
    last_seen_at: instantOrNull('When they were last seen; null: never'),
    disabled_at: instantOrNull('When they were disabled; null: they aren’t'),
  }),
  OPERATOR,
);

export const operatorList = named(
  'OperatorList',
  'Who can sign in to the console.',
  z.strictObject({ operators: described(z.array(operator), 'In the order of their names') }),
  { operators: [OPERATOR] },
);

const one = z.strictObject({ operator });
export const operatorAnswer = named('OperatorAnswer', 'An operator as they are now.', one, {
  operator: OPERATOR,
});

/** A link that signs in once, within a day; told this once. */
export const linkAnswer = named(
  'OperatorWithLink',
  'An operator, and what lets them in.',
  one.extend({
    sign_in_link: textOrNull(
      'Signs them in once, within a day; shown only here. null: they have a password',
    ),
  }),
  {
    operator: OPERATOR,
    sign_in_link: 'https://links.example/support/sign-in/link#example-of-a-key',
  },
);
