import { readFile, rm } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseInvocation, type StressOptions } from './options.ts';
import type { Round } from './round.ts';
import { playRounds } from './rounds.ts';

const optionsOf = (...args: readonly string[]): StressOptions => {
  const invocation = parseInvocation(args);
  if (invocation.kind !== 'run') throw new Error('these are no options');
  return invocation.options;
};

const NEVER = new AbortController().signal;

/** A round that fails where something is deleted after something was linked. */
const failing = (operations: readonly { kind: string }[]): Promise<Round> => {
  const linked = operations.findIndex(({ kind }) => kind === 'link');
  const fails = linked >= 0 && operations.slice(linked).some(({ kind }) => kind === 'delete');
  const breaches = fails ? [{ invariant: 'it holds', what: 'it did not' }] : [];
  return Promise.resolve({
    breaches,
    counts: { link: 1 },
    webhooks: 2,
    answers: { 200: 3 },
    looks: 4,
    tookMs: 5,
    lastLines: {},
  });
};

describe('rounds', () => {
  test('that fail are shortened to what it takes, written down, and carried out again', async () => {
    const told: string[] = [];
    const tell = (line: string) => void told.push(line);
    const options = optionsOf('--minutes', '0', '--seed', 'of-a-test', '--shrink', '200');
    const report = await playRounds(options, NEVER, tell, failing);
    const [failure] = report.failures;
    onTestFinished(() => rm(failure?.file ?? '', { force: true }));
    expect(report).toMatchObject({ ok: false, rounds: 1, webhooks: 2, looks: 4 });
    expect(failure).toMatchObject({ operations: 250, shrunkTo: 2 });
    const written = JSON.parse(await readFile(failure?.file ?? '', 'utf8'));
    expect(written.operations.map(({ kind }: { kind: string }) => kind)).toEqual([
      'link',
      'delete',
    ]);
    expect(told[0]).toContain('it holds: it did not');

    const replay = optionsOf('--replay', failure?.file ?? '', '--shrink', '0');
    const played: number[] = [];
    const again = await playRounds(replay, NEVER, tell, operations => {
      played.push(operations.length);
      return failing(operations);
    });
    expect(played).toEqual([2]);
    expect(again.ok).toBe(false);
  });

  test('that hold are counted, by turns on both queues', async () => {
    const queues: string[] = [];
    const stop = new AbortController();
    const playing = playRounds(
      optionsOf('--minutes', '1'),
      stop.signal,
      () => undefined,
      (_, of) => {
        queues.push(of.queue);
        if (queues.length === 3) throw new Error('enough');
        return failing([]);
      },
    );
    await expect(playing).rejects.toThrow('enough');
    expect(queues).toEqual(['redis', 'postgres', 'redis']);
  });

  test('refuse a file that is no failed round', async () => {
    const replay = optionsOf('--replay', 'package.json');
    await expect(playRounds(replay, NEVER, () => undefined, failing)).rejects.toThrow();
  });
});

describe('the command', () => {
  test.each([
    ['an unknown option', ['--nonsense']],
    ['a queue that is none', ['--queue', 'paper']],
    ['no number', ['--minutes', 'many']],
    ['something too many', ['20']],
  ])('refuses %s', (_name, args) => {
    expect(parseInvocation(args)).toEqual({ kind: 'told', exitCode: 2 });
  });
});
