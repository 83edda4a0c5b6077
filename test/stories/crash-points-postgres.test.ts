import { describe } from 'vitest';
import { testCrashPoints } from './crash-points.ts';

describe('a process dies between two steps (queue in postgres)', () => testCrashPoints('postgres'));
