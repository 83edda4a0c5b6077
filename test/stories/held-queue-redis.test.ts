import { describe, inject } from 'vitest';
import { testHeldQueue } from './held-queue.ts';

describe.runIf(inject('hasRedis'))('Seam as a whole is the trouble (queue in redis)', () =>
  testHeldQueue('redis'),
);
