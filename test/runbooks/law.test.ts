import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ALERT_RULES, runbookOf } from '../../src/model/alert.ts';
import { DOCUMENTS, linksIn, ROOT } from '../fixtures/documents.ts';
import { FOLDER, HEADINGS, missingFrom, readPage } from './page.ts';

/* Each alert has a page, and each page is like the others, and tried. */

const NAMES = globSync(`${FOLDER}/*.md`, { cwd: ROOT })
  .map(file => path.basename(file, '.md'))
  .filter(name => name !== 'README')
  .toSorted();
/** Of what only Prometheus knows. */
const OF_OBJECTIVES = ['acknowledging-slowly', 'linking-late', 'telling-late'];

test('every alert has its page, and there is no other', () => {
  const rules = ALERT_RULES.map(rule => path.basename(runbookOf(rule), '.md'));
  expect(NAMES).toEqual([...rules, ...OF_OBJECTIVES].toSorted());
});

test('the index leads to each', () => {
  const index = DOCUMENTS.find(({ file }) => file === `${FOLDER}/README.md`);
  const links = index === undefined ? [] : linksIn(index);
  expect(links.toSorted()).toEqual(NAMES.map(name => `${name}.md`));
});

test('every alert of Prometheus leads to a page that is there', () => {
  const rules = readFileSync(path.join(ROOT, 'deploy/prometheus/rules.yml'), 'utf8');
  const pages = [...rules.matchAll(/runbook_url: \S*\/(docs\/runbooks\/\S+)/g)].map(
    ([, page]) => page,
  );
  expect(rules.match(/^ *- alert:/gm)?.length).toBe(pages.length);
  expect(new Set(pages)).toEqual(new Set(NAMES.map(name => `${FOLDER}/${name}.md`)));
});

describe.each(NAMES)('%s', name => {
  const page = readPage(name);

  test('has the same sections as every other', () => {
    expect(page.headings).toEqual(HEADINGS);
  });

  test('says in commands how it is seen, what is done, and that it is over', () => {
    const told = new Set(page.steps.map(({ heading }) => heading));
    for (const heading of ['How to see it', 'How to know it is over']) {
      expect(told).toContain(heading);
    }
    expect(page.text).toContain('seam_reconciler_');
  });

  test('is short enough for the night', () => {
    expect(page.text.split('\n').length).toBeLessThan(130);
  });

  test('names its alert as it is called', () => {
    const camel = name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
    expect(page.text).toContain(`\`SeamReconciler${camel}\``);
  });

  test('is tried', () => {
    const tests = globSync('test/runbooks/*.test.ts', { cwd: ROOT }).map(file =>
      readFileSync(path.join(ROOT, file), 'utf8'),
    );
    expect(tests.filter(source => source.toLowerCase().includes(`runbook('${name}'`)).length).toBe(
      1,
    );
  });
});

test('what a page shows and a command doesn’t print is found, whatever the night', () => {
  const printed = 'HELD since 2026-11-28T05:14:00.899Z: It waits. (why: 3)\nwork   vm   12';
  const shown = 'HELD since 2026-01-01T00:00:00.000Z: It … (why: 99)';
  expect(missingFrom(printed, [shown, 'work … 7', '…'])).toEqual([]);
  expect(missingFrom(printed, ['HELD … It runs', 'serve'])).toEqual(['HELD … It runs', 'serve']);
});
