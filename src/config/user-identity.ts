/** What Seam can carry of a user, by name; what each of them reads is in `src/reconcile/identity.ts`. */
export type IdentityRule =
  | Readonly<{ kind: 'metadata'; of: 'account' | 'webview'; key: string }>
  | Readonly<{ kind: 'customer_key'; of: 'account' | 'webview' }>
  | Readonly<{ kind: 'user_identity' }>
  | Readonly<{ kind: 'mapping' }>;

/** By what Seam's objects name our users. */
export type UserIdentity = Readonly<{
  /** In this order: the first that says anything decides. At least one, and each once. */
  rules: readonly IdentityRule[];
  /** Where in `custom_metadata` the rule `mapping` finds its keys. */
  metadataKey: string;
  /** Where two rules name different users: the first decides, or a person is asked. */
  onConflict: 'first' | 'ask';
}>;

/** Of a metadata key. Source: Seam's guide "Attaching custom data to the Connect Webview". */
const MAX_KEY_LENGTH = 40;

/** A rule as settings, cases and logs call it. */
export const ruleName = (rule: IdentityRule): string => {
  switch (rule.kind) {
    case 'metadata':
      return `${rule.of}.metadata.${rule.key}`;
    case 'customer_key':
      return `${rule.of}.customer_key`;
    case 'user_identity':
    case 'mapping':
      return rule.kind;
    default:
      return rule satisfies never;
  }
};

/** By one key of the metadata, the account's first: what goes where no rules are set. */
export const byMetadataKey = (key: string): UserIdentity => ({
  rules: [
    { kind: 'metadata', of: 'account', key },
    { kind: 'metadata', of: 'webview', key },
  ],
  metadataKey: key,
  onConflict: 'first',
});

const FIXED: Readonly<Record<string, IdentityRule>> = {
  'account.customer_key': { kind: 'customer_key', of: 'account' },
  'webview.customer_key': { kind: 'customer_key', of: 'webview' },
  user_identity: { kind: 'user_identity' },
  mapping: { kind: 'mapping' },
};

/** One rule; or what is wrong with it, without a word of it: it may be a secret that went to the wrong place. */
const parseRule = (text: string): IdentityRule | string => {
  const fixed = Object.hasOwn(FIXED, text) ? FIXED[text] : undefined;
  if (fixed !== undefined) return fixed;
  const [, of, key = ''] = /^(account|webview)\.metadata\.(.*)$/s.exec(text) ?? [];
  if (of !== 'account' && of !== 'webview') {
    const known = ['account.metadata.<key>', 'webview.metadata.<key>', ...Object.keys(FIXED)];
    return `is none of ${known.join(', ')}`;
  }
  if (key === '') return 'names no metadata key';
  if (key.length > MAX_KEY_LENGTH) {
    return `has a key of more than ${MAX_KEY_LENGTH} characters (Seam's limit for a metadata key)`;
  }
  if (key.includes('.')) return 'has a key with a period, which Seam rejects';
  return { kind: 'metadata', of, key };
};

const isText = (parsed: IdentityRule | string): parsed is string => typeof parsed === 'string';

type Given = Readonly<{
  /** As in the setting; undefined: none are set. */
  rules: string | undefined;
  /** Undefined: not set. */
  metadataKey: string | undefined;
  onConflict: UserIdentity['onConflict'];
}>;

/**
 * Reads the rules. Pure.
 *
 * @returns what goes, and what is wrong with it: sentences that never hold a value
 */
export const parseUserIdentity = ({
  rules: list,
  metadataKey: givenKey,
  onConflict,
}: Given): Readonly<{ identity: UserIdentity; faults: readonly string[] }> => {
  const metadataKey = givenKey ?? 'id';
  if (list === undefined) {
    return { identity: { ...byMetadataKey(metadataKey), onConflict }, faults: [] };
  }
  const parsed = list.split(',').map(part => parseRule(part.trim()));
  const rules = parsed.filter((rule): rule is IdentityRule => !isText(rule));
  const names = rules.map(ruleName);
  const faults = parsed.flatMap((rule, at) => (isText(rule) ? [`rule ${at + 1} ${rule}`] : []));
  if (new Set(names).size < names.length) faults.push('names a rule twice');
  const readsKey = (rule: IdentityRule): boolean =>
    rule.kind === 'metadata' && rule.key === metadataKey;
  const mapping = names.indexOf('mapping');
  const plain = rules.findIndex(readsKey);
  if (mapping !== -1 && plain !== -1 && plain < mapping) {
    faults.push(
      'has mapping after a rule that reads the same metadata key (USER_METADATA_KEY), and so it would never be asked: put mapping before it',
    );
  }
  const isKeyRead = mapping !== -1 || plain !== -1;
  const unread =
    givenKey !== undefined && !isKeyRead && faults.length === 0
      ? ['has no rule that reads the key of USER_METADATA_KEY: leave that out, or add a rule']
      : [];
  return { identity: { rules, metadataKey, onConflict }, faults: [...faults, ...unread] };
};
