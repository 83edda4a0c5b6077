import { describe } from 'vitest';
import { testDeployment } from './deployment.ts';

describe('a newer version comes (queue in postgres)', () => testDeployment('postgres'));
