import { vi } from 'vitest';
import { runCli } from '../../src/cli/program.ts';

/** Runs a command in this very process: quicker than one of its own, and all that it prints is caught. */
export const runHere = async (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; stdout: string; stderr: string }> => {
  const printed = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map(name =>
    vi.spyOn(process[name], 'write').mockImplementation(text => {
      printed[name] += String(text);
      return true;
    }),
  );
  // Each command's log waits for the end of the process, which here is that of all of them.
  process.setMaxListeners(0);
  try {
    const code = await runCli(args, env);
    return { code, ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
};
