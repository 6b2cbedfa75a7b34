import { sleep } from '../runner/time.js';
import type { Connection } from './connection.js';

const PAUSE_MS = 10;
/** A server that ends this often does not serve, however long we try. */
const MOST_STARTS = 12;

/** A server that may have ended, or not be serving yet. */
export interface Startable {
  isRunning(): boolean;
  start(): Promise<void>;
  /** A connection on which a request has been answered; rejects where there is none yet. */
  connectServed(): Promise<Connection>;
  log(): string;
  situation(): string;
}

/** Starts the server whenever it has ended and connects until it serves; then uses that connection. */
export async function whenServing<T>(
  server: Startable,
  boundMs: number,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + boundMs;
  let starts = 0;
  for (;;) {
    if (!server.isRunning() && starts++ < MOST_STARTS) await server.start();
    const answer = await server.connectServed().catch(messageOf);
    if (typeof answer !== 'string') return use(answer).finally(() => answer.close());
    if (performance.now() > deadline || starts > MOST_STARTS) {
      throw new Error(
        `not served within ${boundMs / 1000} s and ${starts + 1} starts; last answer: ${answer}; its processes:\n${server.situation()}\nend of its log:\n${server.log().slice(-2000)}`,
      );
    }
    await sleep(PAUSE_MS);
  }
}

function messageOf(thrown: NodeJS.ErrnoException): string {
  return thrown.message || String(thrown.code);
}
