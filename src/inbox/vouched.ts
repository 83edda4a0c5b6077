import type { SetAsideBecause } from '../model/set-aside.ts';
import type { SeamEvent } from '../seam/events.ts';

/** An event, and whose word it is. */
export type Vouched = Readonly<{
  /** `workspaceId` is that of whoever vouches for it, where that is known. */
  event: SeamEvent;
  /** The workspace whose secret signed it, or whose key listed it; null: the only one, whose id isn't known. */
  vouchedBy: string | null;
  /** Why it is kept and not believed, as far as the event itself shows; null: it contradicts nobody. */
  setAside: SetAsideBecause | null;
}>;

/**
 * Says whose word an event is. An event that names no workspace is of the one that vouches for it; one that names
 * another is nobody's: its own sender contradicts it. Pure, and asks nothing: the answer waits for it.
 *
 * @param by the workspace that vouches for it; null: the only one, whose id isn't known, so whatever it names
 */
export const vouchedFor = (event: SeamEvent, by: string | null): Vouched => {
  if (by === null) return { event, vouchedBy: null, setAside: null };
  const isOther = event.workspaceId !== null && event.workspaceId !== by;
  return {
    event: { ...event, workspaceId: by },
    vouchedBy: by,
    setAside: isOther ? 'names_another_workspace' : null,
  };
};
