import { href } from '../../../src/console/view/html.ts';
import { namesOf, numberOf } from './connections.ts';
import { bulkRunOf } from './desk-rows.ts';
import type { Words } from './words.ts';

/** Where a page shows much, where it has nothing to show, and where something is wrong. */
export type PageUrls = Readonly<{
  /** On the desk with hundreds of rows. */
  full: string;
  /** On one without any. */
  empty: string;
  /**
   * What was asked for can't be: on the full desk. `broken`: the database can't be read. `press`: the
   * button of the full page's form, sent as it is, with nothing filled in.
   */
  error: string | 'broken' | Readonly<{ press: string }>;
  /** Further ones on the full desk, where the page has several faces. */
  more?: readonly string[];
}>;

/** By the path of its route. A route that isn't here fails the test that reads this. */
export const pagesOf = (words: Words): Readonly<Record<string, PageUrls | 'download'>> => {
  const always = (...parts: string[]): PageUrls => ({
    full: href(parts),
    empty: href(parts),
    error: 'broken',
  });
  // Named by the metadata of one connection, and linked to the account of another.
  const userOfTwo = namesOf(words, 3).user;
  const number = numberOf('failed', 'metadata_id_missing');
  const { subject } = namesOf(words, number);
  const { subject: linked } = namesOf(words, numberOf('linked', null));
  const ofNothing = href(['connections', 'connect_webview:none']);
  const caseOf = (...of: Parameters<typeof numberOf>): string =>
    href(['connections', namesOf(words, numberOf(...of)).subject]);
  const bulkRun = (state: Parameters<typeof bulkRunOf>[0]): string =>
    href(['bulk-runs', bulkRunOf(state)]);
  return {
    '/': always(),
    '/connections/:subject': {
      full: href(['connections', subject]),
      empty: ofNothing,
      error: ofNothing,
      more: [
        caseOf('linked', null),
        caseOf('retrying', 'user_not_found'),
        caseOf('dismissed', 'event_unusable'),
        caseOf('failed', 'internal_error'),
        caseOf('pending', null),
      ],
    },
    '/connections': {
      full: href(['connections']),
      empty: href(['connections']),
      more: [
        href(['connections'], { state: 'failed', reason: 'user_not_found' }),
        href(['connections'], { state: 'open', user: 'nobody' }),
      ],
      error: href(['connections'], { since: 'yesterday', reason: 'none' }),
    },
    '/connections.csv': 'download',
    '/search': {
      full: href(['search'], { q: userOfTwo }),
      empty: href(['search'], { q: 'nobody' }),
      error: href(['search'], { q: 'x'.repeat(600) }),
    },
    '/connections/:subject/link': {
      full: href(['connections', subject, 'link'], { find: words.text('User', 0) }),
      empty: href(['connections', 'connect_webview:none', 'link']),
      error: href(['connections', subject, 'link'], { user: 'nobody' }),
      more: [
        href(['connections', subject, 'link']),
        href(['connections', subject, 'link'], { user: userOfTwo }),
        href(['connections', linked, 'link'], { user: userOfTwo }),
      ],
    },
    '/webviews/new': {
      full: href(['webviews', 'new'], { find: words.text('User', 0) }),
      empty: href(['webviews', 'new'], { find: 'nobody' }),
      error: 'broken',
    },
    '/bulk-runs': always('bulk-runs'),
    '/bulk-runs/:id': {
      full: bulkRun('planned'),
      empty: href(['bulk-runs', 1]),
      error: href(['bulk-runs', 'none']),
      more: (['running', 'stopped', 'stopped_itself', 'done'] as const).map(bulkRun),
    },
    '/operators': { ...always('operators'), error: { press: 'Add operator' } },
    '/operators/:id': {
      full: href(['operators', 1]),
      empty: href(['operators', 1]),
      error: href(['operators', 404_404]),
      more: [href(['operators', 5]), href(['operators', 6])],
    },
    '/tokens': { ...always('tokens'), error: { press: 'Create token' } },
    '/account': { ...always('account'), error: { press: 'Set password' } },
    '/connections/:subject/dismiss': {
      full: href(['connections', subject, 'dismiss']),
      empty: `${ofNothing}/dismiss`,
      error: { press: 'Dismiss with this note' },
    },
    '/connections/:subject/deliveries/:event': {
      full: href(['connections', subject, 'deliveries', words.id('event0', number)]),
      empty: `${ofNothing}/deliveries/none`,
      error: `${ofNothing}/deliveries/none`,
    },
    '/audit-log': {
      full: href(['audit-log']),
      empty: href(['audit-log']),
      error: href(['audit-log'], { since: 'yesterday' }),
      more: [href(['audit-log'], { who: words.text('a support', 1) })],
    },
    '/audit-log.csv': 'download',
    '/queue': always('queue'),
    '/queue/now': always('queue', 'now'),
    '/queue/history': always('queue', 'history'),
    '/queue/pause': { ...always('queue', 'pause'), error: { press: 'Pause queue' } },
  };
};
