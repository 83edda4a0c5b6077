import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './src/db/schema.ts',
    './src/db/schema-holds.ts',
    './src/db/schema-intake.ts',
    './src/db/schema-upkeep.ts',
    './src/db/schema-users.ts',
    './src/db/schema-messages.ts',
    './src/db/schema-desk.ts',
    './src/db/schema-shifts.ts',
    './src/db/schema-watch.ts',
    './src/db/schema-operators.ts',
    './src/db/schema-passkeys.ts',
    './src/db/columns.ts',
  ],
  out: './drizzle',
  schemaFilter: ['reconciler'],
});
