import type { ApiRoute } from './route.ts';
import { CONNECTION_ROUTES } from './routes/connections.ts';
import { QUEUE_ROUTES } from './routes/queue.ts';

/** Every operation of the API. */
export const API_ROUTES: readonly ApiRoute[] = [...CONNECTION_ROUTES, ...QUEUE_ROUTES];
