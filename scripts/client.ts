// `npm run client`: makes the generated part of clients/typescript from the OpenAPI document. It is committed;
// test/client/generated.test.ts says when it has to be made again.
import path from 'node:path';
import { createClient } from '@hey-api/openapi-ts';
import { createOpenApiDocument } from '../src/api/openapi.ts';
import { API_ROUTES } from '../src/api/routes.ts';

/** Where the generated part lies. */
export const GENERATED = path.join(import.meta.dirname, '../clients/typescript/src/generated');

/**
 * Makes the generated part of the client anew, in place of what is in the folder.
 *
 * @param folder where to
 * @throws where the generator can't make anything of the document
 */
export const writeClient = async (folder: string): Promise<void> => {
  const document = createOpenApiDocument(API_ROUTES, 'https://reconciler.example');
  await createClient({
    input: document as unknown as Record<string, unknown>,
    output: {
      path: folder,
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
};

if (import.meta.main) await writeClient(GENERATED);
