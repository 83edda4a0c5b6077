/** By what a connection is found, in words; of several the first is told. Pure. */
export const FOUND_BY = {
  subject: 'the connection itself',
  connect_webview: 'webview id',
  event: 'event id',
  connected_account: 'account id',
  user: 'user id',
  customer_key: 'customer key',
  user_key: 'the key of a user in Seam’s metadata',
  user_email: 'the user’s e-mail',
  account_email: 'the account’s e-mail',
  account_name: 'the account’s name',
  telephone: 'telephone number',
  message: 'message id',
  seam_request: 'Seam request id',
  user_words: 'the user’s name or e-mail',
  account_words: 'the account’s name or sign-in',
  note: 'note',
  reason_given: 'the reason given for a change',
  former_user: 'former user',
  alike: 'a similar name',
} as const;
export type FoundBy = keyof typeof FOUND_BY;
