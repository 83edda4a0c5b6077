import { ALERT_ROUTES } from './pages/alerts/alerts.ts';
import { DELETE_ROUTES } from './pages/at-seam/delete.ts';
import { METADATA_ROUTES } from './pages/at-seam/metadata.ts';
import { AUDIT_ROUTES } from './pages/audit-log.ts';
import { BULK_RUN_ROUTES } from './pages/bulk/bulk-runs.ts';
import { CONNECTION_ROUTES } from './pages/case/connection.ts';
import { CONNECTIONS_ROUTES } from './pages/connections/connections.ts';
import { VIEW_ROUTES } from './pages/connections/views.ts';
import { DRAFT_ROUTES } from './pages/drafts.ts';
import { DRIFT_ROUTES } from './pages/drift/drift.ts';
import { ENDPOINT_ROUTES } from './pages/endpoints/endpoints.ts';
import { ATTENTION_ROUTES } from './pages/home/attention.ts';
import { LINK_ROUTES } from './pages/link/link.ts';
import { ACCOUNT_ROUTES } from './pages/operators/account.ts';
import { OPERATOR_ROUTES } from './pages/operators/operators.ts';
import { PASSKEY_ROUTES } from './pages/operators/passkeys.ts';
import { TOKEN_ROUTES } from './pages/operators/tokens.ts';
import { QUEUE_ROUTES } from './pages/queue/queue.ts';
import { SEARCH_ROUTES } from './pages/search.ts';
import { MINE_ROUTES } from './pages/shifts/mine.ts';
import { SHIFT_ROUTES } from './pages/shifts/shifts.ts';
import { UNDO_ROUTES } from './pages/undo/undo.ts';
import { WEBVIEW_ROUTES } from './pages/webview.ts';
import type { ConsoleRoute } from './view/route.ts';

/** Every address of the console, in the order in which they are tried. */
export const CONSOLE_ROUTES: readonly ConsoleRoute[] = [
  ...ATTENTION_ROUTES,
  ...CONNECTION_ROUTES,
  ...LINK_ROUTES,
  ...METADATA_ROUTES,
  ...DELETE_ROUTES,
  ...SHIFT_ROUTES,
  ...MINE_ROUTES,
  ...QUEUE_ROUTES,
  ...ALERT_ROUTES,
  ...BULK_RUN_ROUTES,
  ...SEARCH_ROUTES,
  ...CONNECTIONS_ROUTES,
  ...VIEW_ROUTES,
  ...OPERATOR_ROUTES,
  ...TOKEN_ROUTES,
  ...ACCOUNT_ROUTES,
  ...PASSKEY_ROUTES,
  ...AUDIT_ROUTES,
  ...UNDO_ROUTES,
  ...DRAFT_ROUTES,
  ...DRIFT_ROUTES,
  ...ENDPOINT_ROUTES,
  ...WEBVIEW_ROUTES,
];
