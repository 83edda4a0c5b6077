import { describe } from 'vitest';
import { testChaos } from './little.ts';

describe('a little chaos (queue in postgres)', () => testChaos('postgres'));
