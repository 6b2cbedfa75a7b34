import pg from 'pg';
import { sleep } from '../runner/time.js';

const PAUSE_MS = 10;
const PATIENCE_MS = 5000;
/** A server that ends this often does not serve, however long we try. */
const MOST_STARTS = 12;

/** Starts the server whenever it has ended and asks `SELECT 1` until it is answered; then uses that connection. */
export async function whenServing<T>(
  server: {
    isRunning(): boolean;
    start(): Promise<void>;
    connection(): pg.ClientConfig;
    log(): string;
    situation(): string;
  },
  boundMs: number,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + boundMs;
  let starts = 0;
  for (;;) {
    if (!server.isRunning() && starts++ < MOST_STARTS) await server.start();
    const answer = await ask(server.connection());
    if (answer instanceof pg.Client) return use(answer).finally(() => answer.end().catch(() => {}));
    if (performance.now() > deadline || starts > MOST_STARTS) {
      throw new Error(
        `not served within ${boundMs / 1000} s and ${starts + 1} starts; last answer: ${answer}; its processes:\n${server.situation()}\nend of its log:\n${server.log().slice(-2000)}`,
      );
    }
    await sleep(PAUSE_MS);
  }
}

/** A connection on which a query was answered, or what came instead. */
async function ask(config: pg.ClientConfig): Promise<pg.Client | string> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: PATIENCE_MS });
  client.on('error', () => {});
  const tooLate = setTimeout(() => void client.end().catch(() => {}), 2 * PATIENCE_MS);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return client;
  } catch (thrown) {
    await client.end().catch(() => {});
    return (thrown as Error).message || String((thrown as NodeJS.ErrnoException).code);
  } finally {
    clearTimeout(tooLate);
  }
}
