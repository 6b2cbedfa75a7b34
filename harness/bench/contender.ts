import type { ChildProcess } from 'node:child_process';
import pg from 'pg';
import { killProcesses } from '../faults/kill.js';
import { isSameProcess, startTicksOf } from '../trace/process-identity.js';

/** A database server under measurement, on a data directory of its own. */
export interface Contender {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Creates the data directory. */
  initialise(): Promise<void>;
  /** Spawns the server in the foreground and returns at once. */
  spawn(settings: Record<string, string>): ChildProcess;
  /** Every process of the running server. */
  pids(): number[];
  /** Removes what a kill -9 of this server leaves in the system, and the data directory. */
  dispose(): Promise<void>;
}

const RETRY_MS = 2;

async function query(contender: Contender, sql: string): Promise<unknown[]> {
  const client = new pg.Client({
    host: contender.host,
    port: contender.port,
    user: contender.user,
    database: 'postgres',
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

/** A server that serves: started, and stopped with `kill` or `shutDown`. */
export class RunningContender {
  private constructor(
    readonly contender: Contender,
    private readonly child: ChildProcess,
    /** From spawn to the answer of the first query. */
    readonly firstQueryMs: number,
  ) {}

  static async start(
    contender: Contender,
    settings: Record<string, string>,
    patienceMs = 120_000,
  ): Promise<RunningContender> {
    const begun = performance.now();
    const child = contender.spawn(settings);
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2000)));
    for (;;) {
      const answered = await query(contender, 'SELECT 1').then(
        () => true,
        () => false,
      );
      if (answered) return new RunningContender(contender, child, performance.now() - begun);
      if (child.exitCode !== null || performance.now() - begun > patienceMs) {
        throw new Error(`${contender.name} did not start: ${errors}`);
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  query(sql: string): Promise<unknown[]> {
    return query(this.contender, sql);
  }

  /** kill -9 of every process at once. */
  async kill(): Promise<void> {
    const gone = this.exited();
    process.kill(this.contender.pids()[0], 'SIGSTOP'); // so that it starts no child while we list them
    const pids = this.contender.pids();
    const startTicks = pids.map(startTicksOf);
    killProcesses(pids);
    this.child.kill('SIGCONT'); // runuser stops with the server it runs
    await gone;
    while (pids.some((pid, index) => isSameProcess(pid, startTicks[index]))) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  async shutDown(): Promise<void> {
    const gone = this.exited();
    process.kill(this.contender.pids()[0], 'SIGINT');
    await gone;
  }

  private exited(): Promise<void> {
    return new Promise((resolve) => {
      if (this.child.exitCode !== null || this.child.signalCode !== null) resolve();
      else this.child.once('exit', () => resolve());
    });
  }
}
