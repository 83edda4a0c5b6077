import { describe, inject } from 'vitest';
import { testCrashPoints } from './crash-points.ts';

describe.runIf(inject('hasRedis'))('a process dies between two steps (queue in redis)', () =>
  testCrashPoints('redis'),
);
