/** What somebody sends to see whether an endpoint takes it: told apart by its type, and stored nowhere. */
export type TestBody = Readonly<{
  type: 'endpoint.test';
  timestamp: string;
  data: Readonly<{ message_id: string; is_test: true; endpoint: string }>;
}>;

/** @param endpoint its name */
export const testBody = (messageId: string, endpoint: string, at: Date): TestBody => ({
  type: 'endpoint.test',
  timestamp: at.toISOString(),
  data: { message_id: messageId, is_test: true, endpoint },
});
