import { describeExample } from './flows.ts';
import { openInside } from './stage.ts';

describeExample('the example with the library inside', openInside);
