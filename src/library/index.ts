export type { HookGiven, Hooks } from '../model/hooks.ts';
export type { MessageOf, MessageType } from '../model/message.ts';
export type { LogLevel, PinoLike } from '../ops/log-options.ts';
export { VERSION } from '../ops/version.ts';
export { OptionsError, ReconcilerError, type ReconcilerFault } from './errors.ts';
export type * from './options.ts';
export { createReconciler } from './reconciler.ts';
export type * from './types.ts';
