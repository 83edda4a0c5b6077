import { LARGE_BULK_RUN, type Permission, type Role } from './permissions.ts';

/* What roles and actions are called wherever people read of them. Pure. */

/** What each role may do beyond the one before it. */
export const ROLE_WORDS = {
  viewer: 'sees everything, with e-mails and phone numbers masked',
  support: 'also retries, links, unlinks, dismisses, adds notes and sees e-mails and phone numbers',
  'on-call':
    'also pauses the queue, silences alerts, starts large bulk runs and changes accounts in Seam',
  admin: 'also manages operators and API tokens',
} as const satisfies Record<Role, string>;
export const PERMISSION_WORDS = {
  view: 'See connections, lists, the queue and the audit log',
  save_view: 'Save a list’s filters as a view',
  see_emails: 'See e-mails and phone numbers unmasked',
  retry: 'Retry',
  link: 'Link to a user, unlink, and undo either',
  dismiss: 'Dismiss with a note, and reopen',
  note: 'Add a note',
  assign: 'Assign cases',
  snooze: 'Snooze a case, and wake it',
  share_view: 'Share a view with everyone',
  send_again: 'Send a message to the app again',
  plan_bulk_run: 'Preview a bulk run',
  start_bulk_run: 'Start a bulk run',
  start_large_bulk_run: `Start a bulk run of more than ${LARGE_BULK_RUN}`,
  stop_bulk_run: 'Stop a bulk run',
  create_webview: 'Create a Connect Webview for a user',
  update_account: 'Change a connected account in Seam',
  delete_account: 'Delete a connected account in Seam',
  pause_queue: 'Pause the queue',
  resume_queue: 'Resume the queue',
  silence_alerts: 'Silence alerts for a time, and end that',
  raw_queue: 'View the raw queue',
  replay: 'Replay deliveries',
  backfill: 'Backfill missed events',
  fix_audit: 'Fix drift from Seam, and let missing accounts end',
  prune: 'Prune old records',
  export_person: 'See everything that is stored about a user',
  erase_person: 'Erase what is stored about a user',
  manage_endpoints: 'Add, test, rotate and disable endpoints',
  manage_operators: 'Add, change and disable operators',
  manage_tokens: 'Create, rotate and revoke API tokens',
} as const satisfies Record<Permission, string>;
