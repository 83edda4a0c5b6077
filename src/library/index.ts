export type { UserAccount } from './accounts.ts';
export type { Connection, ConnectOptions } from './connect.ts';
export { OptionsError, ReconcilerError, type ReconcilerFault } from './errors.ts';
export type * from './options.ts';
export { createReconciler, type Health, type Reconciler } from './reconciler.ts';
export { VERSION } from '../ops/version.ts';
