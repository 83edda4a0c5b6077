import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ALERT_RULES, runbookOf } from '../../src/model/alert.ts';
import { type DashboardPanel, readDashboard, readRules } from '../fixtures/monitoring.ts';

/* That Grafana can show the dashboard, and that each alert of Prometheus says what to do. */

const COLUMNS = 24;

describe('the dashboard', () => {
  const { panels, templating } = readDashboard();

  test('has each panel once, within the page, beside the others', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Map<string, string>();
    const cellsOf = ({ gridPos: { x, y, w, h } }: DashboardPanel): string[] =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`);
    for (const panel of panels) {
      const { x, w } = panel.gridPos;
      expect(x + w, panel.title).toBeLessThanOrEqual(COLUMNS);
      for (const cell of cellsOf(panel)) {
        expect(taken.get(cell), `${panel.title} lies on`).toBeUndefined();
        taken.set(cell, panel.title);
      }
    }
  });

  test('says of each panel what it shows, and asks something', () => {
    for (const { type, title, description = '', targets } of panels) {
      if (type === 'row') continue;
      expect(description, title).toMatch(/\.$/);
      expect(targets, title).not.toEqual([]);
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
    }
  });

  test('each of its figures is of the chosen installation', () => {
    for (const { title, targets } of panels) {
      for (const { expr } of targets) {
        const selected = expr.match(/\{[^}]*\}/g) ?? [];
        expect(selected, title).not.toEqual([]);
        for (const each of selected) expect(each, title).toContain('job=~"$job"');
      }
    }
    expect(templating.list.map(({ name }) => name)).toEqual(['datasource', 'job', 'workspace']);
  });

  test('has rows for webhooks, what is owed, Seam, telling the app, and processes', () => {
    expect(panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
      'In short',
      'Webhooks',
      'Owed, and links',
      'Seam',
      'Telling the app',
      'Drift from Seam',
      'Processes and database',
    ]);
  });
});

describe('the rules of Prometheus', () => {
  const alerts = readRules().filter(({ alert }) => alert !== undefined);
  const nameOf = (rule: string): string =>
    `SeamReconciler${rule.replaceAll(/(?:^|_)(.)/g, (_all, first: string) => first.toUpperCase())}`;
  const SLOS = {
    SeamReconcilerAcknowledgingSlowly: 'docs/runbooks/acknowledging-slowly.md',
    SeamReconcilerLinkingLate: 'docs/runbooks/linking-late.md',
    SeamReconcilerTellingLate: 'docs/runbooks/telling-late.md',
  };
  const runbooks: Readonly<Record<string, string>> = {
    ...SLOS,
    ...Object.fromEntries(ALERT_RULES.map(rule => [nameOf(rule), runbookOf(rule)])),
  };

  test('tell of all that seam-reconciler itself would tell of, and of what is late', () => {
    expect([...new Set(alerts.map(({ alert }) => alert))].toSorted()).toEqual(
      Object.keys(runbooks).toSorted(),
    );
  });

  test.each(alerts)(
    '$alert says how bad it is, what is wrong, and where it says what to do',
    rule => {
      const { alert = '', labels, annotations } = rule;
      expect(labels?.severity).toBeDefined();
      expect(annotations?.summary).not.toMatch(/\.$/);
      expect(annotations?.description).toMatch(/\.$/);
      const runbook = runbooks[alert] ?? '';
      expect(annotations?.runbook_url.endsWith(`/${runbook}`)).toBe(true);
      expect(existsSync(path.join(import.meta.dirname, '../..', runbook)), runbook).toBe(true);
    },
  );
});
