import type { Request, Response } from 'express';
import { addressOf, ownPath } from '../../http/mount.ts';
import { isSecret } from '../../operators/secrets.ts';
import { findOverSession } from '../../operators/session-over.ts';
import { keepDraft, PAGE } from '../../support/drafts/drafts.ts';
import type { ConsoleOptions } from '../options.ts';
import { sendHtml } from '../send.ts';
import { formOf } from '../sign-in/fields.ts';
import { isOtherSite } from '../sign-in/origin.ts';
import { sessionOverPage } from '../sign-in/sign-in-pages.ts';
import type { Html } from '../view/html.ts';
import { fieldsOf, TYPED, typedIn } from './fields.ts';
import { formKeyOf } from './form-key.ts';
import { pageBehind } from './page-behind.ts';
import { writtenBlock } from './words.ts';

/**
 * A form that came after its session was over. Nothing of it is done. What was typed becomes a draft of whoever's session
 * that was: in the form again for them, once they are signed in, and for nobody else.
 */
export const answerTooLate = async (
  options: ConsoleOptions,
  request: Request,
  response: Response,
): Promise<void> => {
  const next = pageBehind(request);
  const isKept = await keepForWriter(options, request, next);
  const written = isKept ? null : writtenIn(options, request);
  sendHtml(response, sessionOverPage(next, { isKept, written }), 403);
};

/** Only of a form of that very session: no stranger's page knows its number. */
const keepForWriter = async (
  { desk, cookie }: ConsoleOptions,
  request: Request,
  page: string,
): Promise<boolean> => {
  const form = formOf(request);
  const token = cookie.read(request);
  const key = formKeyOf(addressOf(request));
  if (token === null || !isSecret(token) || key === null || typedIn(form).length === 0)
    return false;
  const over = await findOverSession(desk.pool, token, form.get('csrf') ?? '');
  if (over === null) return false;
  const fields = { ...fieldsOf(form), [PAGE]: ownPath(page) ?? page };
  return (
    (await keepDraft(desk.pool, over.operatorId, { form: key, fields, once: null })) === 'kept'
  );
};

/** What was typed, to be copied from an answer that has no form; nothing of what another site's page has sent. */
export const writtenIn = (
  { publicUrl }: Pick<ConsoleOptions, 'publicUrl'>,
  request: Request,
): Html | null => {
  const form = formOf(request);
  return request.method !== 'POST' || !form.has(TYPED) || isOtherSite(request, { publicUrl })
    ? null
    : writtenBlock(typedIn(form));
};
