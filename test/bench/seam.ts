import { type Child, startChild } from './child.ts';
import type { StubAnswer, StubRequest } from './programs/seam-stub.ts';

/** What stands in for Seam: knows every id of messages.ts, and answers after a set time. */
export type SeamStub = Readonly<{
  endpoint: string;
  /** Calls since it was last asked: connection → how many. */
  takeCalls: () => Promise<Map<string, number>>;
}> &
  AsyncDisposable;

export const startSeamStub = async (latencyMs: number): Promise<SeamStub> => {
  const child: Child<StubRequest, StubAnswer> = await startChild('seam-stub', [String(latencyMs)]);
  const { port } = await child.ask('port');
  return {
    endpoint: `http://127.0.0.1:${port}`,
    takeCalls: async () => new Map((await child.ask('calls')).calls),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
};
