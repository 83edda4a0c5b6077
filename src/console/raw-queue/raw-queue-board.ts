import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createBullBoard } from '@bull-board/api';
import express, { type RequestHandler, Router } from 'express';
import type { Workspace } from '../../config/workspaces.ts';
import type { Logger } from '../../ops/log.ts';
import type { QueueBackend } from '../../queue/backend.ts';
import { type BoardQueues, openBoardQueues } from '../../queue/board.ts';
import { href } from '../view/html.ts';

/* Loaded only when somebody looks at the raw queue. */

/** Bull Board over our queues: it shows them, and changes nothing. */
export type Board = Readonly<{
  handle: RequestHandler;
  subjectOf: BoardQueues['subjectOf'];
}> &
  AsyncDisposable;

type ServerAdapter = Parameters<typeof createBullBoard>[0]['serverAdapter'];
type Given<Name extends keyof ServerAdapter> = Parameters<ServerAdapter[Name]>[0];

/**
 * Serves the board in our way. Whatever changes something gets no route at all (to hide its button would
 * leave it open), and its page loads nothing from elsewhere.
 */
class ReadingAdapter implements ServerAdapter {
  readonly router = Router();
  #queues: Given<'setQueues'> = new Map();
  #config: Given<'setUIConfig'> = {};
  #views = '';

  setQueues(queues: Given<'setQueues'>): this {
    this.#queues = queues;
    return this;
  }

  setUIConfig(config: Given<'setUIConfig'>): this {
    this.#config = config;
    return this;
  }

  setViewsPath(folder: string): this {
    this.#views = folder;
    return this;
  }

  setStaticPath(route: string, folder: string): this {
    // What isn't there, or would lead out of the folder, is no page like any other.
    this.router.use(route, express.static(folder, { index: false }));
    return this;
  }

  setEntryRoute({ route, handler }: Given<'setEntryRoute'>): this {
    this.router.get(route, (_request, response) => {
      const { name, params } = handler({
        basePath: href(['raw-queue']),
        uiConfig: { ...this.#config, miscLinks: [BACK(href(['queue']))] },
      });
      const template = readFileSync(path.join(this.#views, name), 'utf8');
      response.type('html').send(fill(clean(template), params));
    });
    return this;
  }

  /** What its handlers throw goes to our own handler: it may be the database's words. */
  setErrorHandler(): this {
    return this;
  }

  setApiRoutes(routes: Given<'setApiRoutes'>): this {
    for (const { method, route, handler } of routes) {
      if ([method].flat().some(each => each !== 'get')) continue;
      this.router.get(route, async ({ query, params }, response) => {
        const request = {
          queues: this.#queues,
          uiConfig: this.#config,
          query,
          headers: {},
          body: {},
        };
        const flat = Object.entries(params).map(([key, value]) => [key, [value].flat().join('/')]);
        const answer = await handler({ ...request, params: Object.fromEntries(flat) });
        response.status(answer.status ?? 200).json(answer.body);
      });
    }
    return this;
  }
}

const BACK = (url: string) => ({ text: 'Back to the queue page', url });

/** Fonts from elsewhere, and the styles of what turns while it loads: the policy would refuse both. */
const ELSEWHERE = /<link [^>]*href="https?:[^>]*>/g;
const WHILE_LOADING = /<div id="root">[\s\S]*?<\/style>\s*<\/div>/;

const clean = (template: string): string =>
  template.replaceAll(ELSEWHERE, '').replace(WHILE_LOADING, '<div id="root">Loading …</div>');

/** All values are ours; the one that is JSON comes without `<` and `>`. */
const fill = (template: string, params: Readonly<Record<string, unknown>>): string =>
  template.replaceAll(/<%[=-] (\w+) %>/g, (_all, name: string) => String(params[name] ?? ''));

/** @throws when the queue is out of reach */
export const openBoard = async (options: {
  backend: QueueBackend;
  workspaces: readonly Pick<Workspace, 'id' | 'name'>[];
  log: Logger;
}): Promise<Board> => {
  const caseUrl = (subject: string): string => href(['connections', subject]);
  const queues = await openBoardQueues({ ...options, caseUrl });
  const serverAdapter = new ReadingAdapter();
  createBullBoard({
    queues: queues.adapters,
    serverAdapter,
    options: {
      uiConfig: {
        boardTitle: 'Raw queue',
        hideDocsLink: true,
        hideRedisDetails: true,
        // The queue page has them; here each look at them would cost Redis a list of all its clients.
        showWorkers: false,
        locale: { lng: 'en-US' },
      },
    },
  });
  return {
    handle: serverAdapter.router,
    subjectOf: queues.subjectOf,
    [Symbol.asyncDispose]: () => queues[Symbol.asyncDispose](),
  };
};
