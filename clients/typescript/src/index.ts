export { Client, type ClientOptions, createClient } from './client.ts';
export { ReconcilerError } from './errors.ts';
/** Every type of the API, by the name that its OpenAPI document gives it. */
export type * as Api from './generated/types.ts';
export type { KnownMessage, Message, MessageOf, MessageType, UnknownMessage } from './message.ts';
export { pages } from './pages.ts';
export { SignatureError, type SignatureReason } from './signature-error.ts';
export type { SignedRequest } from './signed-request.ts';
export { type VerifyOptions, verify } from './verify.ts';
