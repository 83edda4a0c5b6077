import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { Queue } from 'bullmq';
import { type Workspace, workspaceLabel } from '../config/workspaces.ts';
import type { Logger } from '../ops/log.ts';
import type { QueueBackend } from './backend.ts';

/* Loaded only when somebody looks at the raw queue. */

/** The queue of one workspace, as Bull Board shows it. */
class LookQueueAdapter extends BullMQAdapter {
  /** The board decodes a name once more than it encodes it. */
  override getName(): string {
    return super.getName().replaceAll('%', '~');
  }
}

/** The queues of all workspaces. */
export type BoardQueues = Readonly<{
  adapters: readonly BullMQAdapter[];
  /** What a job is to look at; null: there is no such job, or it names nothing. */
  subjectOf: (queueName: string, jobId: string) => Promise<string | null>;
}> &
  AsyncDisposable;

/**
 * Opens them for reading, on connections of their own.
 *
 * @param options.caseUrl where the case of a subject is shown
 * @throws when the queue is out of reach
 */
export const openBoardQueues = async (options: {
  backend: QueueBackend;
  workspaces: readonly Pick<Workspace, 'id' | 'name'>[];
  caseUrl: (subject: string) => string;
  log: Logger;
}): Promise<BoardQueues> => {
  const { backend, workspaces, caseUrl, log } = options;
  await backend.probe();
  const opened = workspaces.map(({ id }) => {
    const queue = backend.openQueue(id);
    queue.on('error', err => log.warn({ err }, 'queue connection error'));
    // What we name of it is only a part: behind it is BullMQ's own.
    const adapter = new LookQueueAdapter(queue as unknown as Queue, {
      displayName: workspaceLabel(workspaces, id) ?? 'Checks',
      externalJobUrl: job => ({
        displayText: 'View case',
        href: caseUrl(subjectIn(job.data) ?? ''),
      }),
    });
    return { queue, adapter };
  });
  return {
    adapters: opened.map(({ adapter }) => adapter),
    subjectOf: async (queueName, jobId) => {
      const found = opened.find(({ adapter }) => adapter.getName() === queueName);
      const job = await found?.adapter.getJob(jobId);
      return job === undefined ? null : subjectIn(job.data);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map(({ queue }) => queue.close()));
    },
  };
};

const subjectIn = (data: unknown): string | null =>
  typeof data === 'object' && data !== null && 'subject' in data && typeof data.subject === 'string'
    ? data.subject
    : null;
