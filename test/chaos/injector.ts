import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Target } from './faults.ts';
import type { Rig } from './rig.ts';
import { STRIKES } from './strikes.ts';

/** A fault that has struck. Times in ms of performance.now. */
export type Struck = { readonly fault: Fault; beganAtMs: number; endedAtMs: number | null };

/** Lets the faults strike. */
export type Injector = Readonly<{
  /** Waits until few enough are under way, and lets the next one strike. */
  strike: (fault: Fault) => Promise<void>;
  /** Resolves when all are over; unless the signal fired, their targets work again. */
  done: () => Promise<void>;
  struck: readonly Struck[];
}>;

/**
 * The sending doesn't run away from the faults: so many may be under way or wait for their target.
 */
const UNDER_WAY_AT_MOST = 4;

/**
 * @param onOver hears of each fault at its end
 * @param onFailure hears when a strike itself went wrong: then nothing that follows means anything
 */
export const createInjector = (options: {
  rig: Rig;
  signal: AbortSignal;
  onOver: (struck: Struck) => void;
  onFailure: (error: unknown) => void;
}): Injector => {
  const { rig, signal, onOver, onFailure } = options;
  const struck: Struck[] = [];
  const turns = new Map<Target, Promise<void>>();
  const underWay = new Set<Promise<void>>();

  const carryOut = async (fault: Fault): Promise<void> => {
    const record: Struck = { fault, beganAtMs: performance.now(), endedAtMs: null };
    struck.push(record);
    await STRIKES[fault.kind]({
      rig,
      target: fault.target,
      last: () => sleep(fault.forMs, undefined, { signal }),
      over: () => {
        record.endedAtMs = performance.now();
        onOver(record);
      },
    });
  };

  /** Never rejects: a failure is told of at once and stops everything. */
  const inTurn = async (fault: Fault, before: Promise<void>): Promise<void> => {
    try {
      await before;
      signal.throwIfAborted();
      await carryOut(fault);
    } catch (error) {
      onFailure(new Error(`fault ${fault.number} (${fault.kind}) failed`, { cause: error }));
    }
  };

  return {
    struck,
    strike: async fault => {
      while (underWay.size >= UNDER_WAY_AT_MOST) await Promise.race(underWay);
      signal.throwIfAborted();
      const turn = inTurn(fault, turns.get(fault.target) ?? Promise.resolve());
      turns.set(fault.target, turn);
      underWay.add(turn);
      void turn.then(() => underWay.delete(turn));
    },
    done: async () => void (await Promise.all(underWay)),
  };
};
