import type { Place } from './place.ts';
import { PLACES_OF_THE_DESK } from './places-of-the-desk.ts';
import { PLACES_OF_THE_ENGINE } from './places-of-the-engine.ts';

/**
 * Every table that can tell of a user of the app, in the order in which it is gone through. Of every other column
 * that holds text, a test wants to know why it can't.
 */
export const PLACES: readonly Place[] = [...PLACES_OF_THE_ENGINE, ...PLACES_OF_THE_DESK];
