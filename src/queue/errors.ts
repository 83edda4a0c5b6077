/** The queue is out of reach, in words for people. */
export class QueueAwayError extends Error {
  override readonly name: string = 'QueueAwayError';
}

/** Why the queue can't be used as it is, and what to do about it, in a sentence each. Never with a secret. */
export class QueueFault extends QueueAwayError {
  override readonly name: string = 'QueueFault';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** The queue can't be where the settings have it: that does not change by waiting. */
export class QueuePlaceError extends QueueFault {
  override readonly name = 'QueuePlaceError';

  constructor() {
    super(
      "The queue can't be kept in Postgres behind a pooler (as PgBouncer, with transaction pooling or session pooling): it needs settings and notifications of a connection of its own",
      'Set REDIS_URL to keep the queue in Redis, or let DATABASE_URL lead to Postgres itself.',
    );
  }
}
