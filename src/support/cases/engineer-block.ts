import type { Case } from './types.ts';

/** What an engineer asks for first, as lines to be copied into a message. Pure. */
export const engineerBlock = (found: Case, url: string): string => {
  const [newest] = found.runs;
  const lines: readonly (readonly [string, string | number | null | undefined])[] = [
    ['case', url],
    ['subject', found.subject],
    ['state', found.state],
    ['reason', found.reason],
    ['workspace', found.workspace_id],
    ['connect webview', found.connect_webview_id ?? found.webview?.connect_webview_id],
    ['connected account', found.connected_account_id],
    ['user, linked', found.user_id],
    ['user, from the metadata', found.claimed_user_id],
    ['named by', found.named_by],
    ['another user named by', found.also_named_by],
    ['generation', `${found.observed_generation} of ${found.generation} checked`],
    ['failed attempts', found.attempts],
    ['next check', found.next_look_at],
    ['latest run', newest?.id],
    ['its outcome', newest === undefined ? null : (newest.reason ?? newest.outcome ?? 'none yet')],
    ['its detail', newest?.detail],
    ['its Seam request', newest?.seam_request_id],
    ['its trace', newest?.trace_id],
    ['its start', newest?.started_at],
    ['latest event', found.deliveries[0]?.event_id],
    ['received', found.deliveries[0]?.received_at],
    ['changed', found.updated_at],
  ];
  return lines
    .flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [`${name}: ${oneLine(value)}`],
    )
    .join('\n');
};

/** What came from outside must not look like a line of ours. */
const oneLine = (value: string | number): string =>
  String(value).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
