import type { ErrorRequestHandler, Response } from 'express';
import { FAULT_STATUS, SupportError } from '../access/errors.ts';
import { errorHandler, HttpError, toHttpError } from '../http/errors.ts';
import { tellUnreadable } from '../http/security-log.ts';
import { EXPLANATIONS } from '../model/outcome.ts';
import { SeamError, SeamRefusedError } from '../seam/errors.ts';
import type { Desk } from '../support/desk.ts';

/** Answers what stood in the way; whatever it was, in one form. */
export const createApiFaultHandler = ({
  log,
  security,
}: Pick<Desk, 'log' | 'security'>): ErrorRequestHandler => {
  const handleRest = errorHandler(log);
  return async (error: unknown, request, response, next) => {
    if (error instanceof SupportError && !response.headersSent) {
      sendSupportError(response, error);
      return;
    }
    const known = toHttpError(error);
    if (known !== null) await tellUnreadable(security, request, known);
    await handleRest(error instanceof SeamError ? ofSeam(error) : error, request, response, next);
  };
};

const sendSupportError = (
  response: Response,
  { fault: type, message, faults }: SupportError,
): void => {
  const told = Object.keys(faults).length === 0 ? {} : { faults };
  response.status(FAULT_STATUS[type]).json({ error: { type, message, ...told } });
};

/** Seam didn't do as it was asked, or didn't say so. */
const ofSeam = (error: SeamError): HttpError => {
  const call = error.requestId === null ? '' : ` (Seam request ${error.requestId})`;
  if (error instanceof SeamRefusedError) {
    return new HttpError(409, 'refused', `Seam refused: ${error.message}${call}.`);
  }
  const { reason, retryAfterMs } = error;
  const message = `${EXPLANATIONS[reason].sentence} ${error.message}${call}`;
  if (reason !== 'seam_rate_limited') return new HttpError(502, reason, message);
  const seconds = Math.ceil((retryAfterMs ?? 1_000) / 1_000);
  return new HttpError(503, reason, message, { 'retry-after': String(seconds) });
};
