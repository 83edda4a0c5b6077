import type { ApiRoute } from './route.ts';
import { ACCOUNT_ROUTES } from './routes/accounts.ts';
import { ALERT_ROUTES } from './routes/alerts.ts';
import { AUDIT_ROUTES } from './routes/audit-log.ts';
import { BULK_RUN_ROUTES } from './routes/bulk-runs.ts';
import { CASE_ROUTES } from './routes/cases.ts';
import { CONNECTION_ROUTES } from './routes/connections.ts';
import { CONTRACT_ROUTES } from './routes/contract.ts';
import { DRIFT_ROUTES } from './routes/drift.ts';
import { ENDPOINT_ACTION_ROUTES } from './routes/endpoint-actions.ts';
import { ENDPOINT_ROUTES } from './routes/endpoints.ts';
import { ERASURE_ROUTES } from './routes/erasure.ts';
import { FINDING_ROUTES } from './routes/finding.ts';
import { LINK_ROUTES } from './routes/links.ts';
import { MESSAGE_ROUTES } from './routes/messages.ts';
import { OPERATOR_ROUTES } from './routes/operators.ts';
import { QUEUE_ROUTES } from './routes/queue.ts';
import { SESSION_ROUTES } from './routes/sessions.ts';
import { SHIFT_ROUTES } from './routes/shifts.ts';
import { TOKEN_ROUTES } from './routes/tokens.ts';
import { UNDO_ROUTES } from './routes/undo.ts';
import { WEBVIEW_ROUTES } from './routes/webviews.ts';

/** Every operation of the API. */
export const API_ROUTES: readonly ApiRoute[] = [
  ...CONTRACT_ROUTES,
  ...ACCOUNT_ROUTES,
  ...BULK_RUN_ROUTES,
  ...FINDING_ROUTES,
  ...AUDIT_ROUTES,
  ...UNDO_ROUTES,
  ...CASE_ROUTES,
  ...CONNECTION_ROUTES,
  ...DRIFT_ROUTES,
  ...ENDPOINT_ROUTES,
  ...ENDPOINT_ACTION_ROUTES,
  ...ERASURE_ROUTES,
  ...MESSAGE_ROUTES,
  ...OPERATOR_ROUTES,
  ...QUEUE_ROUTES,
  ...ALERT_ROUTES,
  ...SESSION_ROUTES,
  ...SHIFT_ROUTES,
  ...TOKEN_ROUTES,
  ...WEBVIEW_ROUTES,
  ...LINK_ROUTES,
];
