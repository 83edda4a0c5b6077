/** An event as Seam puts it into the body of a webhook. */
export type EventBody = Readonly<
  Record<string, unknown> & { event_id: string; event_type: string }
>;
