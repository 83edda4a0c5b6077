/** Why the queue can't be used, and what to do about it, in a sentence each. Never with a secret. */
export class QueueFault extends Error {
  override readonly name = 'QueueFault';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
