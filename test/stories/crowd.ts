import { setTimeout as sleep } from 'node:timers/promises';
import type { House } from '../fixtures/house.ts';
import { until } from '../fixtures/wait.ts';
import { postAll } from '../fixtures/webhooks.ts';

/** Of a version to come, on every table that this one writes. */
export const ADDITIVE = [
  'ALTER TABLE "reconciler"."deliveries" ADD COLUMN "origin" text DEFAULT \'webhook\' NOT NULL',
  'ALTER TABLE "reconciler"."reconciliations" ADD COLUMN "priority" integer DEFAULT 0 NOT NULL',
  'ALTER TABLE "reconciler"."runs" ADD COLUMN "worker" text',
  'ALTER TABLE "reconciler"."connect_webviews" ADD COLUMN "device_count" integer',
  'ALTER TABLE "reconciler"."connected_accounts" ADD COLUMN "seen_at" timestamp with time zone DEFAULT now()',
  'ALTER TABLE "reconciler"."links" ADD COLUMN "note" text',
  'ALTER TABLE "reconciler"."holds" ADD COLUMN "note" text',
  'ALTER TABLE "reconciler"."users" ADD COLUMN "note" text',
  'CREATE TABLE "reconciler"."newer" ("id" bigint PRIMARY KEY NOT NULL)',
  'CREATE INDEX "newer_id_idx" ON "reconciler"."newer" USING btree ("id")',
];

/** So often that there is always one under way; more would only keep the machine busy. */
const PAUSE_MS = 400;

/** Users who go on connecting accounts until they are stopped. */
type Crowd = Readonly<{
  /** Waits until so many more have connected. */
  more: (count: number) => Promise<void>;
  /** From now on the webhooks go to these, in turn. */
  moveTo: (urls: readonly string[]) => void;
  /** @returns what they made, and every answer that was not 204 */
  stop: () => Promise<{ webviewIds: string[]; refused: number[] }>;
}> &
  AsyncDisposable;

export const startCrowd = (house: Pick<House, 'url' | 'seam'>): Crowd => {
  let urls: readonly string[] = [house.url];
  let isOpen = true;
  const webviewIds: string[] = [];
  const refused: number[] = [];
  const connectOne = async (): Promise<void> => {
    const webviewId = await house.seam.createWebview({ id: 'ada' });
    const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
    const answers = await postAll(urls[webviewIds.length % urls.length] ?? house.url, events);
    refused.push(...answers.filter(status => status !== 204));
    webviewIds.push(webviewId);
  };
  const goOn = async (): Promise<void> => {
    while (isOpen) {
      await connectOne();
      await sleep(PAUSE_MS);
    }
  };
  const users = [goOn(), goOn(), goOn()];
  return {
    more: async count => {
      const goal = webviewIds.length + count;
      await until(`${count} more connections`, () => webviewIds.length >= goal);
    },
    moveTo: next => {
      urls = next;
    },
    stop: async () => {
      isOpen = false;
      await Promise.all(users);
      return { webviewIds, refused };
    },
    [Symbol.asyncDispose]: async () => {
      isOpen = false;
      await Promise.allSettled(users);
    },
  };
};
