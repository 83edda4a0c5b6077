import { NONE, OF_GRACE, PROVISIONALLY, type SettledCase } from './decide-cases.ts';

/* What a run comes to where the person was erased: a table of decide.test.ts. */

export const ERASED: SettledCase[] = [
  ['what was erased stays nobody’s', {}, { isErased: true }, 'kept', 'no_action', NONE],
  ['what was erased stays linked', {}, { ...OF_GRACE, isErased: true }, 'kept', 'linked', NONE],
  [
    'what was erased and linked from an event is no longer provisional',
    {},
    { ...PROVISIONALLY, isErased: true },
    'kept',
    'linked',
    { kind: 'confirm' },
  ],
];
