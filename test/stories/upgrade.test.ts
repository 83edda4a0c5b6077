import { test } from 'vitest';
import { hasCommit } from '../fixtures/past-version.ts';
import { upgradeFrom } from './upgrade.ts';

/** The code of the versions before, from the history of this repository. */
const VERSIONS = [
  ['0.1.0', '82ec974a596b76ed8b14370a4b4ee2289ffef61c'],
  ['what main was before 0.2.0', '50f4e5ede97358383264665c3a9081a8c933be7b'],
] as const;

test.for(VERSIONS.filter(([, commit]) => hasCommit(commit)))(
  'from %s (%s): old and new side by side in each pairing, and all that connected is linked',
  { timeout: 700_000 },
  ([, commit]) => upgradeFrom(commit),
);
