/** What the examples of the document tell of: one user of an app, who has connected one account. */
export const SAMPLE = {
  user_id: 'user_8412',
  user_name: 'Ada Palmer',
  user_email: 'ada@palmer.example',
  other_user_id: 'user_2077',
  account_id: '6c2f0d6e-8a55-4c39-9a5a-2f7c3b9e41d0',
  subject: 'connected_account:6c2f0d6e-8a55-4c39-9a5a-2f7c3b9e41d0',
  webview_id: 'b7a9d1c4-03ee-4d0c-8b58-5a1e7f92d6c3',
  webview_subject: 'connect_webview:b7a9d1c4-03ee-4d0c-8b58-5a1e7f92d6c3',
  workspace_id: 'f3a0c1de-5f3f-4f0a-9d0b-7d1b6a4e2c11',
  event_id: '0d3b6f1a-77c1-4be2-8e0f-4f5c2a9b1e68',
  request_id: '9b1f7c3e-2d64-4a8f-b0c5-61e8d7a2f904',
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  /** The account was connected, found disconnected later, and looked at after that. */
  at: '2026-11-22T14:03:27.418Z',
  later: '2026-11-24T06:51:02.035Z',
  last: '2026-11-24T06:51:03.277Z',
  why: 'She told us on the phone, ticket 4711',
  operator: 'Grace Owusu',
} as const;
