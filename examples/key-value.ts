import * as net from 'node:net';
import * as readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import {
  ServerError,
  defineExtension,
  presenceByTag,
  programTarget,
  splitTag,
  type Answer,
  type Connection,
  type OwnTarget,
  type Row,
  type Workload,
} from 'crashwright';

const SERVER = fileURLToPath(new URL('./key-value-server.js', import.meta.url));

/** The store of key-value-server.ts as a target, with its bug or without. */
function keyValueTarget(name: string, flags: readonly string[]): OwnTarget {
  return programTarget({
    name,
    version: () => '1',
    command: ({ directory, dataDirectory }) => ({
      words: [process.execPath, SERVER, dataDirectory, `${directory}/socket`, ...flags],
    }),
    connect: ({ directory }) => LineConnection.open(`${directory}/socket`),
    probe: '{"all": true}',
  });
}

interface Reply {
  readonly ok: boolean;
  readonly rows?: readonly Row[];
  readonly error?: string;
}

/** A line asked, a line answered. */
class LineConnection implements Connection {
  readonly serverPid = 0;
  readonly ended: Promise<void>;
  private readonly replies: AsyncIterator<string>;

  private constructor(private readonly socket: net.Socket) {
    this.ended = new Promise((resolve) => socket.on('close', () => resolve()));
    this.replies = readline.createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  static open(path: string): Promise<LineConnection> {
    return new Promise((resolve, reject) => {
      const socket = net.connect(path);
      socket.on('error', reject);
      socket.on('connect', () => resolve(new LineConnection(socket)));
    });
  }

  async query(request: string): Promise<Answer> {
    this.socket.write(`${request}\n`);
    const { value, done } = await this.replies.next();
    if (done) throw new Error('the connection has ended');
    const { ok, rows = [], error = '' } = JSON.parse(value) as Reply;
    if (!ok) throw new ServerError(error);
    return { rows, command: '' };
  }

  async close(): Promise<void> {
    this.socket.destroy();
  }
}

/** Each transaction puts one key, which nobody puts again: its own tag. */
export const puts: Workload<{ readonly length: number }> = {
  name: 'puts',
  about: 'keys that are put once',
  effect: () => fc.record({ length: fc.integer({ min: 0, max: 200 }) }),
  setup: () => [],
  envelope: () => 'alone',
  statements: (tag, { length }) => [{ sql: JSON.stringify({ put: tag, value: 'x'.repeat(length) }) }],
  read: async (query) => ({ rows: await query('{"all": true}') }),
  examine({ rows }, transactions) {
    const lengths = new Map(rows.map(({ key, value }) => [String(key), String(value).length]));
    const found = rows.map(({ key }) => ({ ...splitTag(String(key)) }));
    const mismatches = transactions
      .filter(({ tag, effect }) => lengths.has(tag) && lengths.get(tag) !== effect.length)
      .map(({ tag, effect }) => ({
        invariant: 'atomicity' as const,
        promised: `the value of ${tag} has ${effect.length} characters`,
        found: `${lengths.get(tag)}`,
      }));
    return { presence: presenceByTag(found, transactions, () => 1), mismatches };
  },
};

export const extension = defineExtension({
  workloads: [puts],
  targets: [keyValueTarget('key-value', []), keyValueTarget('key-value-early', ['--acknowledge-early'])],
});
