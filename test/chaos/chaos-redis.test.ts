import { describe, inject } from 'vitest';
import { testChaos } from './little.ts';

describe.runIf(inject('hasRedis'))('a little chaos (queue in redis)', () => testChaos('redis'));
