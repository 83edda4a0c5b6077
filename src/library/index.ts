export { VERSION } from '../ops/version.ts';
