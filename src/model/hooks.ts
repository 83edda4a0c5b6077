import type { MessageOf, MessageType } from './message.ts';

/** What a hook is given besides the message. */
export type HookGiven = Readonly<{
  /**
   * Fires when what it still does is for nothing: it has taken too long, another process may be called with the same
   * message by now, or this one is stopping and waits no longer.
   */
  signal: AbortSignal;
}>;

/** A function of the app: returns, or its promise is kept, once the message is dealt with. What it returns doesn't matter. */
type Hook<Type extends MessageType> = (message: MessageOf<Type>, given: HookGiven) => unknown;

/** Functions of the app, by the type of the messages that each is called with. */
export type Hooks = { readonly [Type in MessageType]?: Hook<Type> };
