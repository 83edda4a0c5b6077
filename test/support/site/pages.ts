import { href } from '../../../src/console/html.ts';
import { namesOf, numberOf } from './connections.ts';
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
  const ofNothing = href(['connections', 'connect_webview:none']);
  return {
    '/': always(),
    '/connections/:subject': {
      full: href(['connections', subject]),
      empty: ofNothing,
      error: ofNothing,
    },
    '/connections': {
      full: href(['connections']),
      empty: href(['connections'], { state: 'open', user: 'nobody' }),
      error: href(['connections'], { since: 'yesterday', reason: 'none' }),
    },
    '/connections.csv': 'download',
    '/search': {
      full: href(['search'], { q: userOfTwo }),
      empty: href(['search'], { q: 'nobody' }),
      error: href(['search'], { q: 'x'.repeat(600) }),
    },
    '/queue': always('queue'),
    '/queue/now': always('queue', 'now'),
    '/queue/history': always('queue', 'history'),
    '/queue/pause': { ...always('queue', 'pause'), error: { press: 'Pause queue' } },
    '/connections/:subject/link': {
      full: href(['connections', subject, 'link'], { find: words.text('User', 0) }),
      empty: href(['connections', 'connect_webview:none', 'link']),
      error: href(['connections', subject, 'link'], { user: 'nobody' }),
    },
    '/webviews/new': {
      full: href(['webviews', 'new'], { find: words.text('User', 0) }),
      empty: href(['webviews', 'new'], { find: 'nobody' }),
      error: 'broken',
    },
    '/bulk-runs': { full: href(['bulk-runs']), empty: href(['bulk-runs']), error: 'broken' },
    '/bulk-runs/:id': {
      // The first four are planned, the next four run.
      full: href(['bulk-runs', 5]),
      empty: href(['bulk-runs', 5]),
      error: href(['bulk-runs', 4711]),
    },
    '/operators': { ...always('operators'), error: { press: 'Add operator' } },
    '/operators/:id': {
      full: href(['operators', 1]),
      empty: href(['operators', 1]),
      error: href(['operators', 404_404]),
    },
    '/tokens': { ...always('tokens'), error: { press: 'Create token' } },
    '/account': { ...always('account'), error: { press: 'Set password' } },
    '/connections/:subject/dismiss': {
      full: href(['connections', subject, 'dismiss']),
      empty: `${ofNothing}/dismiss`,
      error: `${ofNothing}/dismiss`,
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
    },
    '/audit-log.csv': 'download',
  };
};
