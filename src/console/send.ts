import type { Response } from 'express';
import { leaveNotice, takeNotice } from '../operators/sessions.ts';
import { countOpenAlerts } from '../support/alerts/read.ts';
import { sendCompressed } from './compress.ts';
import type { Html } from './view/html.ts';
import { layout } from './view/layout.ts';
import type { Reply, Visit } from './view/route.ts';
import { isUnchanged } from './view/tag.ts';
import { inZone } from './view/zone.ts';

/** Answers a visit. */
export const send = async (response: Response, visit: Visit, reply: Reply): Promise<void> => {
  const { pool } = visit.desk;
  switch (reply.kind) {
    case 'page': {
      if (isUnchanged(reply.body, response.req.get('if-none-match'))) {
        response.status(304).end();
        return;
      }
      // Before it is sent: once it is there, the next form may be, too, whose notice is not to be taken for this one.
      const [openAlerts] = await Promise.all([
        countOpenAlerts(pool),
        takeNotice(pool, visit.session),
      ]);
      response.status(reply.status ?? 200).type('html');
      await sendCompressed(
        response,
        inZone(layout(visit, { ...reply, openAlerts }).toString(), visit.session.operator.timeZone),
      );
      return;
    }
    case 'redirect':
      if (reply.notice !== undefined) {
        await leaveNotice(pool, visit.session, reply.notice, reply.isSecond === true);
      }
      response.redirect(303, reply.to);
      return;
    case 'json':
      response.json(reply.body);
      return;
    case 'download':
      response.attachment(reply.fileName).type(reply.contentType);
      for await (const piece of reply.body) {
        // Whoever asked may have left while this was read: then nothing drains, and nothing closes once more.
        if (response.destroyed) return;
        if (!response.write(piece)) await drained(response);
      }
      response.end();
      return;
    default:
      reply satisfies never;
  }
};

const drained = (response: Response): Promise<void> =>
  new Promise(resolve => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.once('drain', done).once('close', done);
  });

export const sendHtml = (response: Response, document: Html, status: number): void => {
  response.status(status).type('html').send(document.toString());
};
