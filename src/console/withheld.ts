import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import { createAssetRouter } from './assets.ts';
import { createSecurityHeaders } from './security-headers.ts';
import { html } from './view/html.ts';
import { bareLayout } from './view/layout.ts';

const TITLE = 'The support desk is not offered here';

/**
 * Where there can be no console: one page for every address below `/support`, which says so.
 *
 * @param why for the engineer who can change it
 */
export const answerWithheld = (why: string): Router => {
  const router = Router();
  router.use(createSecurityHeaders(null));
  router.use(createAssetRouter());
  router.use((_request, response) => {
    const body = html`<h1>${TITLE}</h1>
    <p class="fault">${why}.</p>
    <p>Webhooks are taken and connections are checked all the same.</p>`;
    const page = bareLayout(TITLE, body).toString();
    response.status(503).set('cache-control', 'no-store').type('html').send(page);
  });
  return router;
};

/** The same at `/support`. */
export const createWithheldRouter = (why: string, mount: Mount): Router =>
  mount('/support', answerWithheld(why), answerWithheld);
