import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from './redis.ts';
import { until } from './wait.ts';

const runProgram = promisify(execFile);

/** A CA of one's own and a certificate by it for 127.0.0.1, as files. */
export type Tls = Readonly<{ caFile: string; ca: string; certFile: string; keyFile: string }>;

/** Servers of one kind, in a folder of the test; `stack` ends them. */
type Options = Readonly<{
  stack: AsyncDisposableStack;
  folder: string;
  tls: Tls | null;
  password?: string;
}>;

type Server = Readonly<{
  port: number;
  kill: () => Promise<void>;
  /** It hangs: the connections stay, the answers don't come. */
  freeze: () => void;
}>;

/** Makes them with the `openssl` program. */
export const createTls = async (folder: string): Promise<Tls> => {
  const file = (name: string): string => path.join(folder, name);
  const openssl = (...args: string[]) => runProgram('openssl', args);
  const extensions = file('extensions');
  await writeFile(extensions, 'subjectAltName=IP:127.0.0.1\n');
  const newKey = ['-newkey', 'rsa:2048', '-nodes'];
  const ca = ['-keyout', file('ca.key'), '-out', file('ca.crt'), '-subj', '/CN=ca of the tests'];
  await openssl('req', '-x509', ...newKey, ...ca, '-days', '2');
  const request = ['-keyout', file('redis.key'), '-out', file('redis.csr'), '-subj', '/CN=redis'];
  await openssl('req', ...newKey, ...request);
  const signer = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-CAcreateserial'];
  const signed = ['-in', file('redis.csr'), '-out', file('redis.crt'), '-extfile', extensions];
  await openssl('x509', '-req', ...signer, ...signed, '-days', '2');
  return {
    caFile: file('ca.crt'),
    ca: await readFile(file('ca.crt'), 'utf8'),
    certFile: file('redis.crt'),
    keyFile: file('redis.key'),
  };
};

export const startSingle = async (options: Options): Promise<Server> =>
  startServer(options, 'redis', await freePort(), []);

/** A master, its replica, and three Sentinels that watch them (without a password). */
export const startSentinels = async (options: Options) => {
  const master = await startServer(options, 'master', await freePort(), []);
  const replica = await startServer(options, 'replica', await freePort(), [
    ...['--replicaof', '127.0.0.1', String(master.port)],
  ]);
  await until('the replica to follow', async () =>
    (await askRedis(options, master.port, 'info', 'replication')).includes('state=online'),
  );
  const sentinels: Server[] = [];
  for (const name of ['sentinel-1', 'sentinel-2', 'sentinel-3']) {
    sentinels.push(await startSentinel(options, name, master.port));
  }
  const { password: _, ...open } = options;
  for (const { port } of sentinels) {
    await until('the Sentinels to know each other and the replica', async () => {
      const told = (await askRedis(open, port, 'sentinel', 'master', 'main')).split('\n');
      const numberOf = (field: string) => Number(told[told.indexOf(field) + 1]);
      return numberOf('num-other-sentinels') === 2 && numberOf('num-slaves') === 1;
    });
  }
  return { master, replica, sentinels };
};

/** Three nodes that share the slots. */
export const startCluster = async (options: Options): Promise<readonly Server[]> => {
  const nodes: Server[] = [];
  for (const name of ['node-1', 'node-2', 'node-3']) {
    const settings = {
      'cluster-enabled': 'yes',
      'cluster-port': String(await freePort()),
      'cluster-node-timeout': '2000',
      ...(options.tls === null ? {} : { 'tls-cluster': 'yes' }),
    };
    nodes.push(await startServer(options, name, await freePort(), toArgs(settings)));
  }
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const create = ['--cluster', 'create', ...addresses, '--cluster-yes'];
  await runProgram('redis-cli', [...cliArgs(options), ...create]);
  for (const { port } of nodes) {
    await until('the cluster to be one', async () =>
      (await askRedis(options, port, 'cluster', 'info')).includes('cluster_state:ok'),
    );
  }
  return nodes;
};

/** Gives one command to one server. @returns its answer as text */
export const askRedis = async (
  options: Pick<Options, 'tls' | 'password'>,
  port: number,
  ...command: string[]
): Promise<string> => {
  const args = [...cliArgs(options), '-h', '127.0.0.1', '-p', String(port), ...command];
  return (await runProgram('redis-cli', args)).stdout;
};

/** Who is connected, besides servers and the one who asks. */
export const clientsOf = async (
  options: Pick<Options, 'tls' | 'password'>,
  port: number,
): Promise<string[]> =>
  (await askRedis(options, port, 'client', 'list'))
    .split('\n')
    .filter(line => /flags=[NbP]/.test(line) && !/cmd=client\|list|name=sentinel/.test(line));

const cliArgs = ({ tls, password }: Pick<Options, 'tls' | 'password'>): string[] => [
  ...(tls === null ? [] : ['--tls', '--cacert', tls.caFile]),
  ...(password === undefined ? [] : ['--no-auth-warning', '-a', password]),
];

const toArgs = (settings: Readonly<Record<string, string>>): string[] =>
  Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);

const listening = (tls: Tls | null, port: number): Record<string, string> => ({
  bind: '127.0.0.1',
  ...(tls === null
    ? { port: String(port) }
    : {
        port: '0',
        'tls-port': String(port),
        'tls-cert-file': tls.certFile,
        'tls-key-file': tls.keyFile,
        'tls-ca-cert-file': tls.caFile,
        'tls-auth-clients': 'no',
        'tls-replication': 'yes',
      }),
});

const startServer = async (
  { stack, folder, tls, password }: Options,
  name: string,
  port: number,
  args: readonly string[],
): Promise<Server> => {
  const dir = path.join(folder, name);
  await mkdir(dir);
  const settings = {
    ...listening(tls, port),
    dir,
    save: '',
    'repl-diskless-sync-delay': '0',
    ...(password === undefined ? {} : { requirepass: password, masterauth: password }),
  };
  return launch(stack, port, [...toArgs(settings), ...args], /Ready to accept connections/);
};

const startSentinel = async (
  { stack, folder, tls, password }: Options,
  name: string,
  masterPort: number,
): Promise<Server> => {
  const dir = path.join(folder, name);
  const port = await freePort();
  await mkdir(dir);
  const lines = [
    ...Object.entries({ ...listening(tls, port), dir }).map(([key, value]) => `${key} ${value}`),
    `sentinel monitor main 127.0.0.1 ${masterPort} 2`,
    'sentinel down-after-milliseconds main 1000',
    'sentinel failover-timeout main 6000',
    ...(password === undefined ? [] : [`sentinel auth-pass main ${password}`]),
  ];
  const config = path.join(dir, 'sentinel.conf');
  await writeFile(config, `${lines.join('\n')}\n`);
  return launch(stack, port, [config, '--sentinel'], /\+monitor master main/);
};

const launch = async (
  stack: AsyncDisposableStack,
  port: number,
  args: readonly string[],
  ready: RegExp,
): Promise<Server> => {
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const kill = async (): Promise<void> => {
    if (!hasEnded(child)) child.kill('SIGKILL');
    await exited;
  };
  stack.defer(kill);
  const told: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    told.push(line);
    if (ready.test(line)) {
      child.stdout.resume();
      return {
        port,
        kill,
        freeze: () => void child.kill('SIGSTOP'),
      };
    }
  }
  throw new Error(`redis-server did not start:\n${told.join('\n')}`);
};

const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null;
