import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { plotOf } from './plot.ts';
import { documentText, plotFile, type Report } from './report.ts';

/** Writes performance.md and its plots into a folder; plots of sections that are no more go. */
export const writeDocument = async (report: Report, folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const file of await readdir(folder)) {
    if (/^performance-.*\.svg$/.test(file)) await rm(path.join(folder, file));
  }
  for (const section of report.sections) {
    const plot = plotOf(section);
    if (plot !== null) await writeFile(path.join(folder, plotFile(section)), plot);
  }
  await writeFile(path.join(folder, 'performance.md'), documentText(report));
};
