import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';

/**
 * The program under test: a store of keys and values that knows nothing of Crashwright. Its only file is a log of JSON lines, which
 * it reads at start; the last line may have been cut off. A request is a line, and so is its answer.
 *
 *     node key-value-server.js DIRECTORY SOCKET [--acknowledge-early]
 *
 *     {"put": "key", "value": "text"}    {"ok": true}
 *     {"all": true}                      {"ok": true, "rows": [{"key": ..., "value": ...}]}
 *
 * With `--acknowledge-early` it has a bug: answers come at once, and lines are written a few milliseconds later.
 */
const [directory, socket, ...flags] = process.argv.slice(2);
const acknowledgesEarly = flags.includes('--acknowledge-early');
const logFile = path.join(directory, 'log');

interface Request {
  readonly put?: string;
  readonly value?: string;
  readonly all?: boolean;
}

const values = new Map<string, string>(recover());
const log = fs.openSync(logFile, 'a');

function recover(): [string, string][] {
  if (!fs.existsSync(logFile)) return [];
  const text = fs.readFileSync(logFile, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  fs.truncateSync(logFile, Buffer.byteLength(whole));
  return whole
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as [string, string]);
}

function write(key: string, value: string): void {
  fs.writeSync(log, `${JSON.stringify([key, value])}\n`);
  fs.fdatasyncSync(log);
}

function answer({ put, value = '', all }: Request): object {
  if (all) return { ok: true, rows: [...values].map(([key, value]) => ({ key, value })) };
  if (put === undefined) return { ok: false, error: 'put or all' };
  values.set(put, value);
  if (acknowledgesEarly) setTimeout(() => write(put, value), 5);
  else write(put, value);
  return { ok: true };
}

fs.rmSync(socket, { force: true });
net
  .createServer((client) => {
    let text = '';
    client.on('error', () => client.destroy());
    client.on('data', (data) => {
      const lines = (text + String(data)).split('\n');
      text = lines.pop()!;
      for (const line of lines) client.write(`${JSON.stringify(answer(JSON.parse(line) as Request))}\n`);
    });
  })
  .listen(socket);
