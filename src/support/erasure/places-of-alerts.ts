import { changed, type Place, written } from './place.ts';

/** Why somebody wants to hear no more of an alert may tell of anybody; the alerts themselves are of the whole. Pure. */
export const PLACES_OF_ALERTS: readonly Place[] = [
  {
    table: 'alert_silences',
    key: [['t.id', 'bigint']],
    columns: ['why'],
    own: null,
    scrub: (row, who) => changed(row, { why: written(row.why, who, false) }),
  },
];
