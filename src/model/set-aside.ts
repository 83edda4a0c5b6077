/**
 * Why a delivery is kept as evidence and changes nothing. `names_another_workspace`: it says that it is of another
 * workspace than the one whose secret signed it (or whose key listed it). `subject_of_another_workspace`: what it
 * speaks of belongs to another one, as Seam has shown.
 */
export const SET_ASIDE_BECAUSE = [
  'names_another_workspace',
  'subject_of_another_workspace',
] as const;
export type SetAsideBecause = (typeof SET_ASIDE_BECAUSE)[number];
