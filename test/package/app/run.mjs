/* As an app has the package: it migrates, takes webhooks, links, calls a hook, stops, and is to end by itself. */
const listened = process.eventNames().toString();
const { createReconciler, VERSION } = await import('seam-reconciler');
const { default: express } = await import('express');
const added = process.eventNames().toString() !== listened;

const { promise: told, resolve } = Promise.withResolvers();
const reconciler = createReconciler({
  ...JSON.parse(process.argv[1] ?? ''),
  logLevel: 'silent',
  hooks: { 'account.linked': ({ data }) => resolve(data) },
});
await reconciler.migrate();
const server = express()
  .use('/locks', reconciler.router)
  .listen(0, '127.0.0.1', async () => {
    await reconciler.work();
    process.stdout.write(`${JSON.stringify({ VERSION, added, port: server.address().port })}\n`);
    const { user_id } = await told;
    const accounts = await reconciler.accountsOf(user_id);
    const { ready } = await reconciler.health();
    const openApi = await fetch(
      `http://127.0.0.1:${server.address().port}/locks/api/v1/openapi.json`,
    );
    await openApi.text();
    process.stdout.write(
      `${JSON.stringify({ user_id, accounts: accounts.length, ready, api: openApi.status })}\n`,
    );
    server.close();
    server.closeAllConnections();
    await reconciler.stop();
  });
