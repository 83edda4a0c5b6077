/** The queue is out of reach, in words for people. */
export class QueueAwayError extends Error {
  override readonly name: string = 'QueueAwayError';
}

/** The queue can't be where the settings have it: that does not change by waiting. */
export class QueuePlaceError extends QueueAwayError {
  override readonly name = 'QueuePlaceError';
  readonly remedy =
    'Set REDIS_URL to keep the queue in Redis, or let DATABASE_URL lead to Postgres itself.';

  constructor() {
    super(
      "The queue can't be kept in Postgres behind a pooler (as PgBouncer, with transaction pooling or session pooling): it needs settings and notifications of a connection of its own",
    );
  }
}
