import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** Of a reconciliation, in SQL or Drizzle: one more look is owed. */
/** What writes it is in books/changes.ts (test/books holds that nothing else does). */
const RAISES = /import \{[^}]*\b(?:TOLD|asked|askedFor)\b[^}]*\} from '[./]+books\/changes\.ts'/;

test('one place makes a subject owed at a request, and one because of news', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.ts'),
  );
  const raising = files.filter(file => RAISES.test(readFileSync(path.join(SRC, file), 'utf8')));
  expect(raising.toSorted()).toEqual(['inbox/count.ts', 'reconcile/request.ts']);
});
