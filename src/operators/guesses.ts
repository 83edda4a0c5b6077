import { parentPort, workerData } from 'node:worker_threads';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import { z } from 'zod';

/* A thread: estimates how many guesses a password takes, tells that, and ends. */

const { password, words } = z
  .object({ password: z.string(), words: z.array(z.string()) })
  .parse(workerData);
const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
parentPort?.postMessage(estimator.check(password, words).guessesLog10);
