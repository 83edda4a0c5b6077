import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

const HEADER = 'x-request-id';

/** As proxies and tracing write them: no spaces, nothing that a page, a line of a log or a shell would act upon. */
const WELL_FORMED = /^[\w.:=+/-]{1,128}$/;

/** Gives each request an id: its sender's, where that can be one, or else ours. The answer, the log and the page of a fault say it. */
export const giveRequestId: RequestHandler = (request, response, next) => {
  const theirs = request.get(HEADER) ?? '';
  response.set(HEADER, WELL_FORMED.test(theirs) ? theirs : randomUUID());
  next();
};

/** The id of the request that this answers; empty where it has none. */
export const requestIdOf = (response: Pick<Response, 'get'>): string => response.get(HEADER) ?? '';
