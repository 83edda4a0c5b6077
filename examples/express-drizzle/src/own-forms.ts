import type { RequestHandler } from 'express';

/**
 * Refuses a form that another site had the browser send.
 * Source: OWASP's CSRF Prevention Cheat Sheet, "Fetch Metadata" and "Verifying Origin".
 */
export const onlyOwnForms: RequestHandler = (request, response, next) => {
  const site = request.get('sec-fetch-site');
  const origin = request.get('origin');
  const isOwn =
    site === undefined
      ? origin === undefined ||
        (URL.canParse(origin) && new URL(origin).host === request.get('host'))
      : site === 'same-origin' || site === 'none';
  if (['GET', 'HEAD'].includes(request.method) || isOwn) next();
  else response.status(403).send('This form came from another site, so nothing was done.');
};
