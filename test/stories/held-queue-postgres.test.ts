import { describe } from 'vitest';
import { testHeldQueue } from './held-queue.ts';

describe('Seam as a whole is the trouble (queue in postgres)', () => testHeldQueue('postgres'));
