import type { Workspace } from './workspaces.ts';

/**
 * The workspaces that this process serves at present. They may change while it runs: whoever needs them asks for them
 * each time, and keeps none.
 */
export type ServedWorkspaces = Readonly<{
  now: () => readonly Workspace[];
  /** Makes something of them, and makes it anew once they have changed. */
  from: <T>(make: (workspaces: readonly Workspace[]) => T) => () => T;
  /** Calls back after each change, until it is disposed of. */
  onChange: (listener: () => void) => Disposable;
  /** Serves these from now on. */
  replace: (workspaces: readonly Workspace[]) => void;
  /** Why what the files say can't be used, in words that anyone may read; null: it is used. */
  fault: () => string | null;
  setFault: (fault: string | null) => void;
}>;

export const serveWorkspaces = (first: readonly Workspace[]): ServedWorkspaces => {
  const listeners = new Set<() => void>();
  let present = first;
  let fault: string | null = null;
  return {
    now: () => present,
    from: make => {
      let madeOf = present;
      let made = make(present);
      return () => {
        if (madeOf !== present) {
          made = make(present);
          madeOf = present;
        }
        return made;
      };
    },
    onChange: listener => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    replace: workspaces => {
      present = workspaces;
      for (const listener of listeners) listener();
    },
    fault: () => fault,
    setFault: next => {
      fault = next;
    },
  };
};
