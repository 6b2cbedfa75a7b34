import pg from 'pg';
import { sleep } from '../runner/time.js';

const PAUSE_MS = 10;
/** A server that ends this often does not serve, however long we try. */
const MOST_STARTS = 12;

/** Connects and asks `SELECT 1` until it is answered, starting the server again whenever it has ended. */
export async function waitUntilServing(
  server: {
    isRunning(): boolean;
    start(): Promise<void>;
    connection(): pg.ClientConfig;
    log(): string;
    situation(): string;
  },
  boundMs: number,
): Promise<void> {
  const deadline = performance.now() + boundMs;
  let starts = 0;
  for (let last = 'never asked'; ;) {
    if (!server.isRunning() && starts++ < MOST_STARTS) await server.start();
    try {
      return await askOnce(server.connection());
    } catch (thrown) {
      last = (thrown as Error).message || String((thrown as NodeJS.ErrnoException).code);
    }
    if (performance.now() > deadline || starts > MOST_STARTS) {
      throw new Error(
        `not served within ${boundMs / 1000} s and ${starts + 1} starts; last answer: ${last}; its processes:\n${server.situation()}\nend of its log:\n${server.log().slice(-2000)}`,
      );
    }
    await sleep(PAUSE_MS);
  }
}

async function askOnce(config: pg.ClientConfig): Promise<void> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: 5000, query_timeout: 5000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => {});
  }
}
