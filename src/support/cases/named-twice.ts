import type { Summary } from './summary.ts';

/** What a rule reads, in words: its name is for whoever sets it. A rule of another version's is told as it stands. */
export const ruleInWords = (rule: string): string => {
  const [, of, key] = /^(account|webview)\.metadata\.(.*)$/s.exec(rule) ?? [];
  if (of !== undefined) return `the ${of}’s metadata (${key})`;
  switch (rule) {
    case 'account.customer_key':
      return 'the account’s customer key';
    case 'webview.customer_key':
      return 'the webview’s customer key';
    case 'user_identity':
      return 'the account’s user identity';
    case 'mapping':
      return 'the key in the metadata that stands for a user';
    default:
      return rule;
  }
};

/**
 * That Seam names two of our users for a connection, and what goes then; null where it doesn't. Names no
 * user. Pure.
 */
export const namedTwice = ({
  named_by: first,
  also_named_by: other,
  reason,
  linked_by,
}: Pick<Summary, 'named_by' | 'also_named_by' | 'reason' | 'linked_by'>): string | null => {
  if (first === null || other === null) return null;
  const both = `${ruleInWords(first)} and ${ruleInWords(other)} name different users`;
  return `${both.slice(0, 1).toUpperCase()}${both.slice(1)}. ${whatGoes(ruleInWords(first), reason, linked_by)}`;
};

const whatGoes = (
  first: string,
  reason: Summary['reason'],
  linkedBy: Summary['linked_by'],
): string => {
  if (reason === 'conflict') return 'A person has to say who it belongs to.';
  return linkedBy === 'person' ? 'It was linked by hand.' : `What counts is ${first}.`;
};
