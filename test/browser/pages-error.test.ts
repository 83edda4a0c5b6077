import { lookAtEveryPage } from '../fixtures/site/look.ts';

lookAtEveryPage('error');
