import type { SeamHttp, SeamHttpRequest } from '@seamapi/http';
import { type RawAnswer, readAnswer } from './answers.ts';
import { SeamError, type SeamReason } from './errors.ts';
import { requestIdOf } from './failures.ts';
import { probedSchema } from './resources.ts';

type Ask = (
  request: Pick<SeamHttpRequest<unknown, undefined>, 'pathname' | 'method' | 'body' | 'params'>,
  signal: AbortSignal,
) => Promise<RawAnswer>;

/** What a probe asks. @throws SeamError as long as it fails us */
export const createQuestion =
  (sdk: SeamHttp, ask: Ask, { readsUserIdentities }: Readonly<{ readsUserIdentities: boolean }>) =>
  async (signal: AbortSignal, about: SeamReason | null): Promise<void> => {
    if (about === 'seam_forbidden') {
      await ask(sdk.connectedAccounts.list({ limit: 1 }), signal);
      await ask(sdk.connectWebviews.list({ limit: 1 }), signal);
      if (readsUserIdentities) await ask(sdk.userIdentities.list({ limit: 1 }), signal);
      return;
    }
    const answer = await ask(sdk.workspaces.get(), signal);
    const { is_suspended: isSuspended } = readAnswer(answer, 'workspace', probedSchema);
    if (about !== 'workspace_suspended' || isSuspended !== true) return;
    const requestId = requestIdOf(answer.headers);
    throw new SeamError(about, 'Seam shows the workspace as suspended', { requestId });
  };
