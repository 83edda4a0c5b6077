import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { openDatabase } from '../../src/db/client.ts';
import { databaseFault } from '../../src/db/errors.ts';
import { createTestDatabase } from '../fixtures/database.ts';
import { createTls } from '../fixtures/redis-kinds.ts';
import { silentLog } from '../fixtures/settings.ts';

/* Addresses of databases as they are handed out. */

const open = (url: string) => openDatabase({ url, name: 'address', max: 1, log: silentLog });

test('a socket, with a user and a password and no host', async () => {
  await using admin = await createTestDatabase();
  const there = new URL(admin.url);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'socket-'));
  const server = net.createServer(from => {
    const to = net.connect(Number(there.port), there.hostname);
    from.pipe(to).pipe(from);
    for (const each of [from, to]) each.on('error', () => undefined);
  });
  server.listen(path.join(folder, `.s.PGSQL.${there.port}`));
  await once(server, 'listening');
  const login = `${there.username}:${there.password}`;
  const given = `postgresql://${login}@${there.pathname}?host=${folder}&port=${there.port}`;
  expect(URL.canParse(given)).toBe(false);
  const { databaseUrl = '' } = parseConfig({ DATABASE_URL: given });
  const database = open(databaseUrl);
  const { rows } = await database.pool.query('select current_database() as name');
  expect(rows).toEqual([{ name: there.pathname.slice(1) }]);
  await database[Symbol.asyncDispose]();
  server.close();
  await rm(folder, { recursive: true });
});

test('a certificate of a CA that isn’t known is told, with what to do', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'distrust-'));
  const { certFile, keyFile } = await createTls(folder);
  const context = tls.createSecureContext({
    cert: readFileSync(certFile),
    key: readFileSync(keyFile),
  });
  // All that Postgres says before anybody is trusted.
  const server = net.createServer(socket => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write('S');
      new tls.TLSSocket(socket, { isServer: true, secureContext: context }).on(
        'error',
        () => undefined,
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const database = open(`postgresql://app@127.0.0.1:${port}/app?sslmode=require`);
  const failed = await database.pool.query('select 1').catch((error: unknown) => error);
  const said = databaseFault(failed, 'MIGRATE_DATABASE_URL');
  expect(said).toMatch(/^Postgres can't be used \(MIGRATE_DATABASE_URL\): .*certificate/);
  expect(said).toContain('add sslrootcert=/path/to/ca.pem to MIGRATE_DATABASE_URL');
  await database[Symbol.asyncDispose]();
  server.close();
  await rm(folder, { recursive: true });
});
