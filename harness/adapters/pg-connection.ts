import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Row } from '../workloads/workload.js';
import { ServerError, type Answer, type ConnectOptions, type Connection } from './connection.js';

const PATIENCE_MS = 5000;

/** Connects by PostgreSQL's protocol. Rejects with a ServerError where the server refuses. */
export async function connectPg(config: pg.ClientConfig, { name, database }: ConnectOptions = {}): Promise<Connection> {
  const client = new pg.Client({
    ...config,
    ...(name === undefined ? {} : { application_name: name }),
    ...(database === undefined ? {} : { database }),
  });
  const connection = new PgConnection(client);
  await asServerError(() => client.connect());
  return connection;
}

/** The same, once a query has been answered on it: a server may accept a client and die before it serves it. */
export async function connectServedPg(config: pg.ClientConfig): Promise<Connection> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: PATIENCE_MS });
  const connection = new PgConnection(client);
  const tooLate = setTimeout(() => void connection.close(), 2 * PATIENCE_MS);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return connection;
  } catch (thrown) {
    await connection.close();
    throw thrown;
  } finally {
    clearTimeout(tooLate);
  }
}

class PgConnection implements Connection {
  readonly ended: Promise<void>;

  constructor(private readonly client: pg.Client) {
    this.ended = new Promise((resolve) => {
      client.on('error', () => resolve());
      client.on('end', () => resolve());
    });
  }

  get serverPid(): number {
    return (this.client as unknown as { processID: number | null }).processID ?? 0;
  }

  async query(request: string, input?: string): Promise<Answer> {
    return asServerError(async () => {
      if (input !== undefined) return this.copyIn(request, input);
      const results = (await this.client.query(request)) as pg.QueryResult | pg.QueryResult[];
      const { rows, command } = Array.isArray(results) ? results.at(-1)! : results;
      return { rows: rows as Row[], command };
    });
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => {});
  }

  private async copyIn(request: string, input: string): Promise<Answer> {
    await pipeline(Readable.from([Buffer.from(input)]), this.client.query(copyFrom(request)));
    return { rows: [], command: 'COPY' };
  }
}

async function asServerError<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    if (!(thrown instanceof pg.DatabaseError)) throw thrown;
    const { message, code, severity } = thrown;
    throw new ServerError(message, code, severity === 'FATAL' || severity === 'PANIC', { cause: thrown });
  }
}
