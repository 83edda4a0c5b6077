import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A status code; `closed`: cut off without an answer; `hung`: neither, for 20 s. */
export type Outcome = number | 'closed' | 'hung';
type Raw = Readonly<{ raw: Buffer; method: string }>;
export type Exchange = Readonly<{ outcomes: readonly Outcome[]; text: string }>;

const HUNG_MS = 20_000;
/** Whoever gets no answer for so long has sent half a request, and now says that this was all. */
const QUIET_MS = 100;

/** Takes one answer off the front of what was received. @returns null while it isn't whole */
const takeAnswer = (received: string, method: string): { status: number; rest: string } | null => {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = received.slice(0, headEnd);
  const rest = received.slice(headEnd + 4);
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) throw new Error(`this is no answer: ${head.slice(0, 80)}`);
  if (status < 200) return takeAnswer(rest, method);
  if (method === 'HEAD' || status === 204) return { status, rest };
  if (/^transfer-encoding: chunked/im.test(head)) {
    const end = /(?:^|\r\n)0\r\n\r\n/.exec(rest);
    return end === null ? null : { status, rest: rest.slice(end.index + end[0].length) };
  }
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
  return rest.length < length ? null : { status, rest: rest.slice(length) };
};

/** One connection, used for as long as the other side lets it live. */
export type Lane = Readonly<{
  /** Sends all at once and waits for the answers. */
  pipeline: (requests: readonly Raw[]) => Promise<Exchange>;
  close: () => void;
}>;

/** An error of the connection is the other side's cutting it off; 'close' tells of it. */
const open = async (port: number): Promise<Socket> => {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.on('error', () => socket.destroy());
  return socket.setEncoding('latin1');
};

const readAnswers = (socket: Socket, methods: readonly string[]): Promise<Exchange> =>
  new Promise((resolve, reject) => {
    const outcomes: Outcome[] = [];
    let received = '';
    let text = '';
    const settle = (unanswered: Outcome): void => {
      clearTimeout(timer);
      socket.removeListener('data', onData).removeListener('close', onClose);
      while (outcomes.length < methods.length) outcomes.push(unanswered);
      resolve({ outcomes, text });
    };
    const onClose = (): void => settle('closed');
    const onData = (chunk: string): void => {
      received += chunk;
      text += chunk;
      try {
        let answer = takeAnswer(received, methods[outcomes.length] ?? 'GET');
        while (answer !== null && outcomes.length < methods.length) {
          outcomes.push(answer.status);
          received = answer.rest;
          answer = takeAnswer(received, methods[outcomes.length] ?? 'GET');
        }
      } catch (error) {
        reject(error);
      }
      if (outcomes.length >= methods.length) settle('closed');
    };
    const timer = setTimeout(() => {
      settle('hung');
      socket.destroy();
    }, HUNG_MS);
    socket.on('data', onData).on('close', onClose);
    if (socket.closed) onClose();
  });

export const openLane = (port: number): Lane => {
  let socket: Socket | null = null;
  return {
    pipeline: async requests => {
      if (requests.length === 0) return { outcomes: [], text: '' };
      if (socket === null || !socket.writable || !socket.readable) {
        socket?.destroy();
        socket = await open(port);
      }
      const answers = readAnswers(
        socket,
        requests.map(({ method }) => method),
      );
      socket.write(Buffer.concat(requests.map(({ raw }) => raw)));
      return answers;
    },
    close: () => socket?.destroy(),
  };
};

const STATUS_LINE = /HTTP\/1\.1 (\d{3}) /g;

/** Sends, on a connection of its own, what may not be a whole request; then waits for the end. */
export const sendAlone = async (port: number, raw: Buffer): Promise<Exchange> => {
  const socket = await open(port);
  // Not events.once: that would throw at a reset, which is one way of being cut off.
  const gone = new Promise<'gone'>(resolve => socket.on('close', () => resolve('gone')));
  let text = '';
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  socket.write(raw);
  const giveUp = new AbortController();
  const patience = { signal: giveUp.signal };
  // Aborted once the connection is gone: there is nothing left to wait for.
  const wait = (ms: number): Promise<'over'> =>
    sleep(ms, 'over' as const, patience).catch((error: unknown) => {
      if (giveUp.signal.aborted) return 'over' as const;
      throw error;
    });
  if ((await Promise.race([gone, wait(QUIET_MS)])) === 'over') socket.end();
  const isHung = (await Promise.race([gone, wait(HUNG_MS)])) === 'over';
  giveUp.abort();
  socket.destroy();
  const statuses = [...text.matchAll(STATUS_LINE)].map(([, status]) => Number(status));
  const final = statuses.filter(status => status >= 200);
  return { outcomes: final.length > 0 && !isHung ? final : [isHung ? 'hung' : 'closed'], text };
};
