import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, expectTypeOf, test } from 'vitest';
import { MESSAGE_TYPES, type MessageOf, type MessageType } from '../../src/model/message.ts';
import type { MessageBody } from '../../src/outbox/body.ts';
import { blocksOf, sectionOf } from '../fixtures/contract-document.ts';
import { ROOT } from '../fixtures/documents.ts';

/*
 * The type of each message says what docs/contract.md shows, no more and no less; that is what is really written
 * (bodies.test.ts).
 */

const run = promisify(execFile);

const exampleOf = (type: MessageType): string =>
  (blocksOf('json', sectionOf(`### \`${type}\``))[0] ?? '').trim();

/** What the compiler says of these lines of TypeScript. */
const faultsOf = async (lines: readonly string[]): Promise<string> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'message-types-'));
  try {
    await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
    const from = path.join(ROOT, 'src/model/message.ts');
    await writeFile(
      path.join(folder, 'types.ts'),
      [`import type { MessageOf } from '${from}';`, ...lines].join('\n'),
    );
    await writeFile(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: path.join(ROOT, 'tsconfig.json'),
        compilerOptions: { typeRoots: [path.join(ROOT, 'node_modules/@types')] },
        include: ['*.ts'],
      }),
    );
    const tsc = path.join(ROOT, 'node_modules/.bin/tsc');
    return (await run(tsc, ['-p', folder]).catch((error: { stdout: string }) => error)).stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
};

test('each example is of the type of its message', async () => {
  const lines = MESSAGE_TYPES.map(
    (type, n) => `export const of${n} = ${exampleOf(type)} satisfies MessageOf<'${type}'>;`,
  );
  expect(await faultsOf(lines)).toBe('');
}, 300_000);

test('what is not in the document isn’t in the type, and what always is, must be', async () => {
  const linked = exampleOf('account.linked');
  const faults = await faultsOf([
    `export const more = ${linked.replace('"state"', '"colour"')} satisfies MessageOf<'account.linked'>;`,
    `export const less = ${linked.replace('"user_id": "ada",', '')} satisfies MessageOf<'account.linked'>;`,
  ]);
  expect(faults).toMatch(/colour.* does not exist/);
  expect(faults).toMatch(/user_id.* is missing/);
}, 300_000);

test('a message of any type is a body; by its type it is told apart', () => {
  expectTypeOf<MessageOf>().toExtend<MessageBody>();
  expectTypeOf<MessageOf<'account.linked'>['data']['user_id']>().toEqualTypeOf<string>();
  expectTypeOf<MessageOf<'account.unlinked'>['data']['user_id']>().toEqualTypeOf<null>();
  expectTypeOf<Extract<MessageOf, { type: 'connection.settled' }>>().toEqualTypeOf<
    MessageOf<'connection.settled'>
  >();
});
