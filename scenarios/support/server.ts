import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import pg from 'pg';

/** The server through its public faces: the command line, the socket, signals. */
const COMMAND = fileURLToPath(new URL('../../harness/cli/crashwright.js', import.meta.url));
export const PASSWORD = 'correct horse';

export class Server {
  readonly data: string;
  port = 0;

  constructor(readonly directory: string) {
    this.data = `${directory}/data`;
  }

  run(command: string, ...words: string[]): { status: number | null; output: string } {
    const done = spawnSync(process.execPath, [COMMAND, 'engine', command, '-D', this.data, ...words], {
      encoding: 'utf8',
    });
    return { status: done.status, output: done.stdout + done.stderr };
  }

  init(): void {
    fs.writeFileSync(`${this.directory}/password`, `${PASSWORD}\n`, { mode: 0o600 });
    const made = this.run('init', '--pwfile', `${this.directory}/password`, '--wal-segsize', '1');
    expect(made.status, made.output).to.equal(0);
  }

  start(...settings: string[]): void {
    const words = settings.flatMap((setting) => ['-c', setting]);
    const started = this.run('start', '-p', '0', ...words);
    expect(started.status, started.output).to.equal(0);
    this.port = Number(this.pidFile()[3]);
  }

  stop(mode = 'fast'): void {
    const stopped = this.run('stop', '-m', mode);
    expect(stopped.status, stopped.output).to.equal(0);
  }

  /** Kills all of it, and waits until nothing of it is left. */
  async killAndWait(): Promise<void> {
    this.kill();
    await eventually('everything to end', () => this.run('status').status === 3);
  }

  pidFile(): string[] {
    return fs.readFileSync(`${this.data}/postmaster.pid`, 'utf8').split('\n');
  }

  get postmaster(): number {
    return Number(this.pidFile()[0]);
  }

  log(): string {
    return fs.readFileSync(`${this.data}/log/server.log`, 'utf8');
  }

  /** Title → pid of every child. */
  children(): { pid: number; title: string }[] {
    return childrenOf(this.postmaster).map((pid) => ({ pid: Number(pid), title: titleOf(pid) }));
  }

  child(title: string): number {
    const found = this.children().find((child) => child.title.includes(title));
    if (!found)
      throw new Error(
        `no ${title} among ${this.children()
          .map((child) => child.title)
          .join(', ')}`,
      );
    return found.pid;
  }

  local(): pg.Client {
    return quiet(new pg.Client({ host: `${this.data}/run`, port: this.port, user: 'postgres', database: 'postgres' }));
  }

  tcp(password = PASSWORD, user = 'postgres'): pg.Client {
    return quiet(new pg.Client({ host: '127.0.0.1', port: this.port, user, password, database: 'postgres' }));
  }

  async query<T = Record<string, unknown>>(sql: string): Promise<T[]> {
    const client = this.local();
    await client.connect();
    try {
      return (await client.query(sql)).rows as T[];
    } finally {
      await client.end();
    }
  }

  raw(): net.Socket {
    return net.connect(`${this.data}/run/.s.PGSQL.${this.port}`).on('error', () => {});
  }

  kill(): void {
    try {
      process.kill(this.postmaster, 'SIGKILL');
    } catch {
      // it has shut down
    }
  }
}

export function childrenOf(pid: number): string[] {
  return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
}

function titleOf(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

export function quiet(client: pg.Client): pg.Client {
  return client.on('error', () => {});
}

export async function eventually<T>(what: string, attempt: () => T | Promise<T>, boundMs = 15_000): Promise<T> {
  const deadline = Date.now() + boundMs;
  for (;;) {
    try {
      const result = await attempt();
      if (result) return result;
    } catch (thrown) {
      if (Date.now() > deadline) throw thrown;
    }
    if (Date.now() > deadline) throw new Error(`not within ${boundMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function failureOf(work: Promise<unknown>): Promise<{ code?: string; message: string }> {
  return work.then(
    () => Promise.reject(new Error('it succeeded')),
    (thrown: Error) => thrown,
  );
}

/** When the client has sent its start-up packet: it does as soon as it is connected. To be called right after `connect`. */
export function startupSent(client: pg.Client): Promise<void> {
  const { stream } = (client as unknown as { connection: { stream: net.Socket } }).connection;
  return new Promise((resolve) => stream.once('connect', () => resolve()));
}

export function startupPacket(fields: Record<string, string>): Buffer {
  const text = Object.entries(fields).flatMap(([name, value]) => [name, value]);
  const body = Buffer.from(`${text.join('\0')}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + body.length, 0);
  head.writeInt32BE(3 << 16, 4);
  return Buffer.concat([head, body]);
}

export function answerOf(socket: net.Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => socket.on('close', () => resolve(Buffer.concat(chunks))));
}
