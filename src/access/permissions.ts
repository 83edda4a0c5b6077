/** Who may do what. Pure: told by the server, the buttons and the documentation alike. */

/** From the one who may least to the one who may most: each may do what those before may. */
export const ROLES = ['viewer', 'support', 'on-call', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Everything that a person can do here, in the words of the buttons, and the least role for it. */
export const LEAST_ROLES = {
  view: 'viewer',
  save_view: 'viewer',
  see_emails: 'support',
  retry: 'support',
  link: 'support',
  dismiss: 'support',
  note: 'support',
  assign: 'support',
  snooze: 'support',
  share_view: 'support',
  send_again: 'support',
  plan_bulk_run: 'support',
  start_bulk_run: 'support',
  start_large_bulk_run: 'on-call',
  stop_bulk_run: 'support',
  create_webview: 'support',
  update_account: 'on-call',
  delete_account: 'on-call',
  pause_queue: 'on-call',
  resume_queue: 'on-call',
  silence_alerts: 'on-call',
  raw_queue: 'on-call',
  replay: 'on-call',
  backfill: 'on-call',
  fix_audit: 'on-call',
  prune: 'admin',
  export_person: 'admin',
  erase_person: 'admin',
  manage_endpoints: 'admin',
  manage_operators: 'admin',
  manage_tokens: 'admin',
} as const satisfies Record<string, Role>;
export type Permission = keyof typeof LEAST_ROLES;

/** Above this many, starting a bulk run is for those on call. */
export const LARGE_BULK_RUN = 100;

export const isRole = (text: string): text is Role => ROLES.some(role => role === text);

export const isPermission = (text: string): text is Permission => Object.hasOwn(LEAST_ROLES, text);

export const mayRole = (role: Role, permission: Permission): boolean =>
  ROLES.indexOf(role) >= ROLES.indexOf(LEAST_ROLES[permission]);

/** Whether one of that role may make somebody (or a token) be of this role: nothing above their own. */
export const mayGive = (role: Role, given: Role): boolean =>
  ROLES.indexOf(role) >= ROLES.indexOf(given);

/** The one of two roles that may less. */
export const lesserRole = (one: Role, other: Role): Role => (mayGive(one, other) ? other : one);
