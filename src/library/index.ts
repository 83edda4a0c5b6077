export type { Hooks } from '../app/hooks.ts';
export type { MessageOf, MessageType } from '../model/message.ts';
export { VERSION } from '../ops/version.ts';
export type { UserAccount } from './accounts.ts';
export type { Connection, ConnectOptions } from './connect.ts';
export { OptionsError, ReconcilerError, type ReconcilerFault } from './errors.ts';
export type * from './options.ts';
export { createReconciler, type Health, type Reconciler, type UserId } from './reconciler.ts';
