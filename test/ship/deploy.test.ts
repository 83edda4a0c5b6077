import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createProgram } from '../../src/cli/program.ts';
import { settingNamesOf } from '../fixtures/setting-names.ts';

/* What is in deploy/ for machines and platforms without Kubernetes: it names our commands and our settings. */

const ROOT = path.join(import.meta.dirname, '../../deploy');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const program = createProgram(() => async () => undefined);
/** A line as a shell would take it: its command is ours, and so are its options. */
const expectOurs = (line: string): void => {
  const [name, ...rest] = line.split(' ').filter(word => !['node', 'src/main.ts'].includes(word));
  const command = program.commands.find(each => each.name() === name);
  expect(command, line).toBeDefined();
  for (const option of rest.filter(word => word.startsWith('--'))) {
    expect(
      command?.options.map(({ long }) => long),
      line,
    ).toContain(option);
  }
};
const expectSettings = (names: readonly string[]): void => {
  for (const name of names) expect(settingNamesOf()).toContain(name);
};

const systemdAnalyze =
  spawnSync('systemd-analyze', ['--version'], { stdio: 'ignore' }).status === 0;
if (!systemdAnalyze) {
  process.stderr.write(
    '\n*** systemd-analyze is not here: verifying the units is LEFT OUT ***\n\n',
  );
}

describe.each(globSync('systemd/*.service', { cwd: ROOT }))('%s', file => {
  test('starts a command of ours, and may write nowhere', () => {
    const [, line = ''] = /^ExecStart=\/usr\/bin\/node src\/main\.ts (.+)$/m.exec(read(file)) ?? [];
    expectOurs(line);
    expect(read(file)).toMatch(/^ProtectSystem=strict$/m);
    expect(read(file)).toMatch(/^NoNewPrivileges=true$/m);
  });

  test.skipIf(!systemdAnalyze)('systemd understands it', () => {
    const { stderr } = spawnSync('systemd-analyze', ['verify', path.join(ROOT, file)], {
      encoding: 'utf8',
    });
    // Of a unit under test only: what others on this machine are told of is theirs, and Node may be elsewhere here.
    const own = stderr
      .split('\n')
      .filter(line => line.includes('seam-reconciler') && !line.includes('is not executable'));
    expect(own).toEqual([]);
  });
});

test('Fly', () => {
  const text = read('fly/fly.toml');
  const of = (table: string) => new RegExp(`^\\[${table}\\]\\n((?:[^[\\n].*\\n)+)`, 'm').exec(text);
  const lines = [...(of('processes')?.[1] ?? '').matchAll(/^\s*\w+ = "(.+)"$/gm)].map(([, l]) => l);
  expect(lines).toHaveLength(2);
  for (const line of [...lines, /release_command = "(.+)"/.exec(text)?.[1]]) expectOurs(line ?? '');
  const names = [...(of('env')?.[1] ?? '').matchAll(/^\s*([A-Z_]+) = /gm)].map(
    ([, name = '']) => name,
  );
  expect(names).toContain('METRICS_PORT');
  expectSettings(names);
});

test('Render', () => {
  const Service = z.object({
    dockerCommand: z.string(),
    preDeployCommand: z.string().optional(),
    envVars: z.array(z.looseObject({ key: z.string() })),
  });
  const { services } = z
    .object({ services: z.array(Service).length(2) })
    .parse(parse(read('render/render.yaml')));
  for (const { dockerCommand, preDeployCommand, envVars } of services) {
    expectOurs(dockerCommand);
    if (preDeployCommand !== undefined) expectOurs(preDeployCommand);
    expectSettings(envVars.map(({ key }) => key));
  }
});

test('Heroku', () => {
  const { run, release } = z
    .object({
      run: z.record(z.string(), z.string()),
      release: z.object({ command: z.array(z.string()).length(1) }),
    })
    .parse(parse(read('heroku/heroku.yml')));
  for (const line of [...Object.values(run), ...release.command]) expectOurs(line);
});

test.each(globSync('ecs/*.json', { cwd: ROOT }))('%s', file => {
  const Named = z.array(z.looseObject({ name: z.string() }));
  const { containerDefinitions } = z
    .object({
      containerDefinitions: z
        .array(
          z.looseObject({
            command: z.array(z.string()),
            readonlyRootFilesystem: z.literal(true),
            environment: Named,
            secrets: Named,
          }),
        )
        .length(1),
    })
    .parse(JSON.parse(read(file)));
  for (const { command, environment, secrets } of containerDefinitions) {
    expectOurs(command.join(' '));
    expectSettings([...environment, ...secrets].map(({ name }) => name));
  }
});
