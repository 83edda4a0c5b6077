/** What came of one try to send a message. */
export type Answer = Readonly<{
  /** Of HTTP; null: there was no answer, or it is a queue. */
  status: number | null;
  /** In words, for people: why it failed; null: the app has taken it. */
  fault: string | null;
  /** The beginning of what the app answered. */
  answer: string | null;
  durationMs: number;
  /** How long it asked us to wait; null: it didn't. */
  retryAfterMs: number | null;
}>;
