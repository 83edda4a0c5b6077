// Loaded before a process of ours: its clock is off by what a file says, and may jump while it runs.
import { readFileSync } from 'node:fs';

const file = process.env.STRESS_CLOCK_FILE;
const RealDate = Date;
let offsetMs = 0;

const read = () => {
  try {
    offsetMs = Number(readFileSync(file, 'utf8')) * 1_000 || 0;
  } catch {
    // Not written yet: this clock is right.
    offsetMs = 0;
  }
};

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + offsetMs);
    else super(...args);
  }
  static now() {
    return RealDate.now() + offsetMs;
  }
};

if (file !== undefined) {
  read();
  setInterval(read, 500).unref();
}
