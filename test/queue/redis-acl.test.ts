import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { describe, expect, inject, test } from 'vitest';
import { openHouse } from '../fixtures/house.ts';
import { askRedis, createTls, startSingle } from '../fixtures/redis-kinds.ts';
import { makeFolder } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

const HAS_OPENSSL = spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0;
if (!HAS_OPENSSL) {
  process.stderr.write(
    '\n*** openssl is not on this machine: a Redis user over TLS is LEFT OUT ***\n\n',
  );
}

/** As docs/running.md has it. */
const RULE = ['~{seam-reconciler}:*', 'resetchannels', '+@all', '-@dangerous', '+info'];

describe.runIf(inject('hasRedis') && HAS_OPENSSL)('a user of Redis (ACL), over TLS', () => {
  test('needs no rights but those on our own keys', { timeout: 300_000 }, async () => {
    await using stack = new AsyncDisposableStack();
    const folder = await makeFolder();
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const options = { stack, folder, tls: await createTls(folder), password: 'of the owner' };
    const { port } = await startSingle(options);
    const asOwner = (...command: string[]) => askRedis(options, port, ...command);
    await asOwner('acl', 'setuser', 'locks', 'on', '>p/w @:%', ...RULE);
    await asOwner('set', 'somebody:elses', 'key');

    const REDIS_URL = `rediss://locks:${encodeURIComponent('p/w @:%')}@127.0.0.1:${port}`;
    const house = stack.use(
      await openHouse('postgres', { env: { REDIS_URL, NODE_EXTRA_CA_CERTS: options.tls.caFile } }),
    );
    expect(await house.work.logged('worker ready')).toMatchObject({ queue: 'redis' });
    const connect = async (id: string) => {
      const webviewId = await house.seam.createWebview({ id });
      const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
      await house.deliver(...events);
      return webviewId;
    };
    await house.addUser('ada');
    await house.settled(await connect('ada'), 'linked');
    // Tried again after a while: delayed in the queue, and then taken from it.
    const later = await connect('eve');
    await until('a second try', async () => ((await house.find(later))?.attempts ?? 0) > 1);

    const read = await (await fetch(`${house.url}/readyz`)).json();
    expect(read).toMatchObject({ checks: { queue: 'ok' } });
    // What isn't ours, nobody has even asked for.
    expect(await asOwner('acl', 'log')).not.toMatch(/^reason\n(key|channel)$/m);
    expect(await asOwner('get', 'somebody:elses')).toBe('key\n');
  });
});
