import type { Way } from './pages.ts';
import type { Place } from './place.ts';
import { PLACES_OF_ALERTS } from './places-of-alerts.ts';
import { PLACES_OF_MESSAGES } from './places-of-messages.ts';
import { PLACES_OF_SHIFTS } from './places-of-shifts.ts';
import { PLACES_OF_THE_DESK } from './places-of-the-desk.ts';
import { PLACES_OF_THE_ENGINE, USER_KEYS } from './places-of-the-engine.ts';

const FIRST: readonly Place[] = [...PLACES_OF_THE_ENGINE, ...PLACES_OF_THE_DESK];
const SINCE: readonly Place[] = [USER_KEYS];

/**
 * Every table that can tell of a user of the app. Of every other column that holds text, a test wants to know why it
 * can't.
 */
export const PLACES: readonly Place[] = [
  ...FIRST,
  ...SINCE,
  ...PLACES_OF_MESSAGES,
  ...PLACES_OF_SHIFTS,
  ...PLACES_OF_ALERTS,
];

export type Step = Readonly<{ place: Place; way: Way }>;

/** First what is theirs, by indexes; then all there is, for what names them elsewhere. */
const stepsThrough = (places: readonly Place[]): Step[] =>
  (['own', 'all'] as const).flatMap(way =>
    places.filter(({ own }) => way === 'all' || own !== null).map(place => ({ place, way })),
  );

/**
 * The order in which they are gone through. An erasure keeps how far it came as a number of these, and another version
 * may go on with it: so what is new comes at the end, with both of its steps.
 */
export const STEPS: readonly Step[] = [
  ...stepsThrough(FIRST),
  ...stepsThrough(SINCE),
  ...stepsThrough(PLACES_OF_MESSAGES),
  ...stepsThrough(PLACES_OF_SHIFTS),
  ...stepsThrough(PLACES_OF_ALERTS),
];
