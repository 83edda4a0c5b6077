import { describe, inject } from 'vitest';
import { testDeployment } from './deployment.ts';

describe.runIf(inject('hasRedis'))('a newer version comes (queue in redis)', () =>
  testDeployment('redis'),
);
