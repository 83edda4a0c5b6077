import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createMetrics } from '../../src/metrics/registry.ts';

const own = (text: string): string =>
  text
    .split('\n')
    .filter(line => /^(?:# (?:HELP|TYPE) )?seam_reconciler_/.test(line))
    .join('\n');

describe('the names of the figures', () => {
  test('promtool finds nothing to say about ours', async context => {
    if (spawnSync('promtool', ['--version']).error !== undefined) {
      context.skip('promtool is not installed: npm run prepare installs it');
    }
    const text = own(await createMetrics().render(null));
    const { status, stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], {
      input: `${text}\n`,
      encoding: 'utf8',
    });
    expect({ status, said: `${stdout}${stderr}`.trim() }).toEqual({ status: 0, said: '' });
  });

  test('docs/monitoring.md has each of them, and no other', async () => {
    const text = await createMetrics().render(null);
    const names = [...text.matchAll(/^# TYPE seam_reconciler_(\w+) /gm)].map(([, name]) => name);
    const docs = readFileSync(new URL('../../docs/monitoring.md', import.meta.url), 'utf8');
    const told = [...docs.matchAll(/^\| `(\w+)` \| (?:counter|gauge|histogram) /gm)];
    expect(told.map(([, name]) => name).toSorted()).toEqual(names.toSorted());
  });

  test('two apps in one process count apart, and what is not measured is left out', async () => {
    const [one, other] = [createMetrics(), createMetrics()];
    one.instruments.webhook('stored', 'other');
    const line = 'seam_reconciler_webhooks_total{answer="stored",type="other"} 1';
    expect(await one.render(undefined)).toContain(line);
    const text = await other.render(undefined);
    expect(text).not.toContain(line);
    expect(text).toContain('seam_reconciler_vitals_up 0');
    expect(text).not.toMatch(/^seam_reconciler_database_bytes/m);
  });
});
