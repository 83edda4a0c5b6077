import { Router } from 'express';
import { createAssetRouter } from './assets.ts';
import { createSecurityHeaders } from './security-headers.ts';
import { html } from './view/html.ts';
import { bareLayout } from './view/layout.ts';

const TITLE = 'The support desk is not offered here';

/**
 * At `/support`, where there can be no console: one page for every address, which says so.
 *
 * @param why for the engineer who can change it
 */
export const createWithheldRouter = (why: string): Router => {
  const body = html`<h1>${TITLE}</h1>
    <p class="fault">${why}.</p>
    <p>Webhooks are taken and connections are checked all the same.</p>`;
  const page = bareLayout(TITLE, body).toString();
  const router = Router();
  router.use(createSecurityHeaders(''));
  router.use(createAssetRouter());
  router.use((_request, response) => {
    response.status(503).set('cache-control', 'no-store').type('html').send(page);
  });
  return Router().use('/support', router);
};
