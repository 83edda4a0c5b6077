import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Installation, locateInstallation } from './embedded-files.ts';

/** A PostgreSQL of our own, on a free port of this machine. */
export type EmbeddedPostgres = Readonly<{
  /** Connection string of the database `postgres`, as superuser. */
  url: string;
  pid: number;
}> &
  AsyncDisposable;

export type EmbeddedOptions = Readonly<{
  /** Where the data are kept, made when absent. A second start carries on with them. */
  dataDir: string;
  /** Settings for the server, as in postgresql.conf. */
  settings?: Readonly<Record<string, string>>;
  /** 0 or absent: any free port. */
  port?: number;
}>;

const START_TIMEOUT_MS = 60_000;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port was assigned');
  return address.port;
};

const exists = async (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );

/** Runs one of PostgreSQL's own programs to its end. @throws with what it printed, when it fails */
const runTool = async (
  installation: Installation,
  tool: 'initdb' | 'pg_ctl',
  args: readonly string[],
): Promise<void> => {
  const child = spawn(installation[tool], args, {
    ...installation.owner,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.on('data', chunk => (printed += chunk));
  child.stderr.on('data', chunk => (printed += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${tool} failed (exit ${code}): ${printed.trim()}`);
};

/** Made aside and moved into place: one that was interrupted is simply done again. */
const initialise = async (installation: Installation, dataDir: string): Promise<void> => {
  const unfinished = `${dataDir}.new`;
  const passwordFile = `${dataDir}.password`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(path.dirname(dataDir), { recursive: true });
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  const { uid, gid } = installation.owner;
  if (uid !== undefined && gid !== undefined) {
    await chown(unfinished, uid, gid);
    await chown(passwordFile, uid, gid);
  }
  await runTool(installation, 'initdb', [
    `--pgdata=${unfinished}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
  ]);
  await rename(unfinished, dataDir);
};

/**
 * A server that outlived its parent (killed with -9) still holds the data: stop it first. Its file may
 * also be left from before a reboot, and its pid belong to somebody else by now: then only the file goes.
 */
const stopLeftover = async (installation: Installation, dataDir: string): Promise<void> => {
  const pidFile = path.join(dataDir, 'postmaster.pid');
  if (!(await exists(pidFile))) return;
  const pid = Number((await readFile(pidFile, 'utf8')).split('\n')[0]);
  if (Number.isInteger(pid) && pid > 0 && commandLine(pid).includes(dataDir)) {
    await runTool(installation, 'pg_ctl', ['stop', '-D', dataDir, '-m', 'fast', '-w']);
  } else {
    await rm(pidFile, { force: true });
  }
};

/** What a process was started with; empty when there is none of that id. */
const commandLine = (pid: number): string => {
  if (process.platform !== 'linux') {
    return execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  }
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

/**
 * Starts a real PostgreSQL (from npm) on this machine and waits until it takes connections. Works as
 * root too (the server then runs as `nobody`) and wherever this clone lies.
 *
 * @throws with the server's own words when it does not come up
 */
export const startEmbeddedPostgres = async (
  options: EmbeddedOptions,
): Promise<EmbeddedPostgres> => {
  const installation = await locateInstallation(options.dataDir);
  const { dataDir } = installation;
  if (!(await exists(dataDir))) await initialise(installation, dataDir);
  await stopLeftover(installation, dataDir);

  const password = (await readFile(`${dataDir}.password`, 'utf8')).trim();
  const port = options.port || (await freePort());
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    ...options.settings,
  };
  const server = spawn(
    installation.postgres,
    [
      '-D',
      dataDir,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    // Detached: Ctrl-C on the terminal is for us, who stop the server after its last user has gone.
    { ...installation.owner, cwd: '/', detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = once(server, 'close');
  await untilReady(server.stderr);

  return {
    url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
    pid: server.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      // SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back, data are flushed.
      if (server.exitCode === null && server.signalCode === null) server.kill('SIGINT');
      await exited;
    },
  };
};

const untilReady = async (stderr: NodeJS.ReadableStream): Promise<void> => {
  const recent: string[] = [];
  const lines = createInterface({ input: stderr });
  const timer = setTimeout(() => lines.close(), START_TIMEOUT_MS);
  try {
    for await (const line of lines) {
      recent.push(line);
      if (recent.length > 20) recent.shift();
      if (line.includes('database system is ready to accept connections')) {
        stderr.resume();
        return;
      }
    }
  } finally {
    clearTimeout(timer);
  }
  throw new Error(`PostgreSQL did not start:\n${recent.join('\n')}`);
};
