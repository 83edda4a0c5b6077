import type { Seam } from './client.ts';
import { SeamError } from './errors.ts';

/** Whether Seam answers us now. @throws what is no fault of Seam's; the signal's reason when it fires */
export const answers = async (seam: Pick<Seam, 'probe'>, signal: AbortSignal): Promise<boolean> => {
  try {
    await seam.probe(signal);
    return true;
  } catch (error) {
    if (error instanceof SeamError) return false;
    throw error;
  }
};
