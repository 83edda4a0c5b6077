import type { Webhooks } from './generated/types.ts';

/** A message of one of the types that this version knows. */
export type KnownMessage = Webhooks['body'];
/** The types that this version knows. */
export type MessageType = KnownMessage['type'];
/** A message of one type: `MessageOf<'account.linked'>`. */
export type MessageOf<Type extends MessageType> = Extract<KnownMessage, { type: Type }>;

/** Any text that is none of `MessageType`: an enumeration, as the compiler tells such apart from known ones. */
declare enum UnknownType {
  any = 'a type of a later version',
}

/** A message of a type that a later version of the reconciler sends, and this one doesn't know: pass over it. */
export type UnknownMessage = {
  type: UnknownType;
  timestamp: string;
  data: Record<string, unknown>;
};

/** What the reconciler sends. `switch (message.type)` says which, and what is in its `data`. */
export type Message = KnownMessage | UnknownMessage;
