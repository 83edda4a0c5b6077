// `npm run client`: makes src/generated from the OpenAPI document, and writes down from what (made-from.json). Both are
// committed; test/client/generated.test.ts says when they have to be made again. The generator has a lock file of its own:
// it wants a package called `typescript`, which would come with what the service installs in production.
import { writeFile } from 'node:fs/promises';
import { createClient } from '@hey-api/openapi-ts';
import { GENERATED, makeDocument, originOf, RECORD } from '../../scripts/client-origin.ts';

await createClient({
  input: makeDocument(),
  output: {
    path: GENERATED,
    clean: true,
    entryFile: false,
    fileName: { suffix: null },
    header: '// Made from the OpenAPI document by `npm run client`: don’t edit it here.',
    importFileExtension: '.ts',
  },
  // What is only read is one type with what is written: an answer can be handed on.
  parser: { transforms: { readWrite: { enabled: false } } },
  logs: { level: 'silent', file: false },
  plugins: [
    '@hey-api/typescript',
    { name: '@hey-api/client-fetch', throwOnError: true, baseUrl: false },
    {
      name: '@hey-api/sdk',
      client: false,
      responseStyle: 'data',
      operations: { strategy: 'single', containerName: 'Operations' },
    },
  ],
});
await writeFile(RECORD, `${JSON.stringify(await originOf(), null, 2)}\n`);
