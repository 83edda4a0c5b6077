/** What the operations are about, in the order in which the document tells of them. */
export const TAGS = {
  Users: 'Whose the accounts are: users of your own app, by the ids of your users table.',
  Accounts: 'Connected accounts: how each stands, and who it belongs to.',
  Links: 'Which account is whose: what changed, in order, and changes by hand.',
  Messages: 'What your app was told, and what it answered.',
  Endpoints: 'Where messages go: URLs and queues of your app.',
  Connections: 'Accounts and webviews as support staff see them, with all that is known of each.',
  Webviews: 'Connect Webviews, in which users sign in.',
  'Bulk runs': 'Retries, dismissals, assignments, notes and links of many connections at a pace.',
  Drift: 'Comparisons of all accounts in Seam with the records here.',
  Queue: 'Checks that are owed, and whether they get on.',
  Alerts: 'What is wrong with the whole, whom it was told to, and what is silenced.',
  'Audit log': 'Who did what.',
  Operators: 'Who can sign in to the console, and their sessions.',
  Tokens: 'Tokens of this API.',
} as const;
export type Tag = keyof typeof TAGS;
