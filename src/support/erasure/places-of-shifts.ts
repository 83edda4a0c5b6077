import { changed, type Place, written } from './place.ts';

/* What people keep of a case while they share the work, and what becomes of it. Pure. */

/** Who has a case tells of operators alone; why it sleeps, and what somebody has begun to write, may tell of anybody. */
export const PLACES_OF_SHIFTS: readonly Place[] = [
  {
    table: 'snoozes',
    key: [['t.subject', 'text']],
    columns: ['why'],
    own: 't.subject = any($1::text[])',
    scrub: (row, who, isOwn) => changed(row, { why: written(row.why, who, isOwn) }),
  },
  {
    table: 'drafts',
    key: [
      ['t.operator_id', 'bigint'],
      ['t.form', 'text'],
    ],
    columns: ['form', 'fields'],
    json: ['fields'],
    own: null,
    isSearchedForIds: true,
    // Of what is theirs nothing is left to be sent; of anything else that names them, what doesn't.
    scrub: (row, who) => {
      const form = String(row.form);
      const fields = who.tellsOf(form) ? {} : who.json(row.fields);
      return changed(row, { form: who.text(form), fields });
    },
  },
];
