import type { Subject } from '../../model/subject.ts';
import type { FoundBy } from '../cases/found-by.ts';

/** One subject for each case that was found, and by what. */
export type CaseFound = Readonly<{
  subject: Subject;
  foundBy: FoundBy;
  /** What it was found in, or the id of the user by whom; as it is stored. */
  text: string | null;
  /** Of who was linked before: until when. */
  until: Date | null;
  /** 0: what was named as a whole; 1: by words. */
  rank: number;
  /** When the case changed, by its subjects that were found: ms. */
  at: number;
}>;
