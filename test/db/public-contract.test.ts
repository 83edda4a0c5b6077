import { describe, expect, test } from 'vitest';
import { CONTRACT, PUBLIC_VIEWS } from '../../src/db/public-views.ts';
import { CONTRACTS, readColumns } from '../fixtures/contracts.ts';
import { usePublicViews } from '../fixtures/public-views.ts';

const views = usePublicViews();
const { query, seen, link } = views;

describe('the contract', () => {
  const version = `${CONTRACT.major}.${CONTRACT.minor}`;

  test('has exactly the columns that were given out under its number', async () => {
    const columns = await readColumns(views.database.pool);
    expect(columns).toEqual(CONTRACTS[version]);
    for (const [view, own] of Object.entries(columns)) {
      expect(Object.keys(own), view).toEqual(Object.keys(CONTRACTS[version]?.[view] ?? {}));
    }
    expect(await query('select * from reconciler_public.contract_version')).toEqual([CONTRACT]);
  });

  test('has all that each version before had, in the same place', () => {
    const now = CONTRACTS[version] ?? {};
    for (const [before, views] of Object.entries(CONTRACTS)) {
      for (const [view, columns] of Object.entries(views)) {
        const own = Object.entries(now[view] ?? {});
        expect(own.slice(0, Object.keys(columns).length), `${before} ${view}`).toEqual(
          Object.entries(columns),
        );
      }
    }
  });

  test('shows no e-mail and no name of a person', async () => {
    await link(await seen(), 'ada');
    await seen();
    for (const view of Object.keys(PUBLIC_VIEWS)) {
      const rows = await query(`select * from reconciler_public.${view}`);
      expect(JSON.stringify(rows), view).not.toContain('locks.example');
    }
  });
});
