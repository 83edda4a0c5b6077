import { describeExample } from './flows.ts';
import { openBeside } from './stage.ts';

describeExample('the example beside the service', openBeside);
