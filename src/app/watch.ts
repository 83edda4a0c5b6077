import { type AlertOptions, startAlerts } from '../alerts/engine.ts';
import type { Config } from '../config/config.ts';
import { workspaceLabel } from '../config/workspaces.ts';
import { Disposables } from '../ops/disposables.ts';
import { createSeam } from '../seam/client.ts';
import { SeamError } from '../seam/errors.ts';
import { checkWebhooks } from '../support/setup/webhooks.ts';
import { startVitals } from '../vitals/loop.ts';
import type { Context } from './context.ts';

type WatchConfig = Pick<
  Config,
  | 'alerts'
  | 'consoleUrl'
  | 'databaseMaxBytes'
  | 'endpointPrivateNetworks'
  | 'seamEndpoint'
  | 'webhookUrl'
>;

/** Seam is asked once, and soon again: nobody waits for the answer. */
const ASKED_FOR_MS = 20_000;

/** What is wrong with what is registered, of each workspace; null where it has no key here, or Seam gave no answer. */
const askerOfWebhooks =
  (
    { served, log }: Context,
    { seamEndpoint, webhookUrl }: WatchConfig,
  ): AlertOptions['askWebhooks'] =>
  signal =>
    Promise.all(
      served.now().map(async ({ id: workspaceId, apiKey, webhookSecrets }) => {
        if (apiKey === null) return { workspaceId, problems: null };
        const seam = createSeam({ apiKey, workspaceId, endpoint: seamEndpoint });
        const patience = AbortSignal.any([signal, AbortSignal.timeout(ASKED_FOR_MS)]);
        try {
          const { problems } = await checkWebhooks(seam, webhookUrl, webhookSecrets, patience);
          return { workspaceId, problems };
        } catch (err) {
          if (!(err instanceof SeamError) && !patience.aborted) throw err;
          log.debug({ err, workspace_id: workspaceId }, 'Seam did not say what is registered');
          return { workspaceId, problems: null };
        }
      }),
    );

/**
 * Has one of all processes measure how the whole is doing, open and close alerts by that; and tells of them, whichever
 * process gets to it first. In `serve` as in `work`: each notices that the other is away.
 */
export const startWatch = (context: Context, config: WatchConfig): AsyncDisposable => {
  const { database, served, log, onStep, instruments } = context;
  const stack = new Disposables();
  const alerts = stack.use(
    startAlerts({
      pool: database.pool,
      alerts: config.alerts,
      privateNetworks: config.endpointPrivateNetworks,
      consoleUrl: config.consoleUrl ?? null,
      labelOf: id => workspaceLabel(served.now(), id),
      askWebhooks: askerOfWebhooks(context, config),
      onTried: instruments.alertNotice,
      random: Math.random,
      log,
      onStep,
    }),
  );
  stack.use(
    startVitals({
      db: database.db,
      workspaces: served.now,
      databaseMaxBytes: config.databaseMaxBytes,
      onMeasured: alerts.measured,
      log,
    }),
  );
  return { [Symbol.asyncDispose]: () => stack.disposeAsync() };
};
