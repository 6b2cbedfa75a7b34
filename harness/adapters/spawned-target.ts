import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import { killProcesses } from '../faults/kill.js';
import { eventually } from '../runner/time.js';
import { isSameProcess, startTicksOf } from '../trace/process-identity.js';
import { TraceArea } from '../trace/trace-area.js';
import type { ConnectOptions, Connection } from './connection.js';
import { endWithUs } from './end-with-us.js';
import type { Inspection } from './inspection.js';
import { processTree, commandLineOf } from './process-tree.js';
import type { StopMode, Target, TargetAbilities, TargetConfig, TargetProcess } from './target.js';
import { whenServing } from './when-serving.js';

export interface Command {
  /** The program and its arguments. */
  readonly words: readonly [string, ...string[]];
  readonly env?: NodeJS.ProcessEnv;
}

const STOP_SIGNALS = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' } as const;
const STOP_BOUND_MS = 10_000;

/**
 * A server that is started as it is, unmodified: it and all its descendants can be killed at random moments. It feeds no trace, and
 * its files are not looked into.
 */
export abstract class SpawnedTarget implements Target {
  abstract readonly abilities: TargetAbilities;
  readonly dataDirectory: string;
  readonly trace: TraceArea;
  readonly tracePath: string;
  private readonly logPath: string;
  private server: ChildProcess | undefined;
  private readonly disposed = endWithUs(() => this.kill(this.processes().map(({ pid }) => pid)));
  /** pid → start time of every process ever seen. */
  private readonly seen = new Map<number, number>();

  constructor(protected readonly config: TargetConfig) {
    this.dataDirectory = `${config.directory}/data`;
    this.logPath = `${config.directory}/log`;
    this.tracePath = `${config.directory}/trace`;
    this.trace = TraceArea.create(this.tracePath);
  }

  /** How the server is started. */
  protected abstract command(): Command;
  abstract prepare(): Promise<void>;
  abstract connect(options?: ConnectOptions): Promise<Connection>;
  /** A connection on which a request has been answered. */
  abstract connectServed(): Promise<Connection>;
  abstract copy(directory: string): Promise<Target>;

  /** What a process of the server is called, by its command line. */
  protected typeOf(_commandLine: string): string {
    return 'child';
  }

  async start(): Promise<void> {
    const { words, env } = this.command();
    const log = fs.openSync(this.logPath, 'a');
    const [program, ...args] = words;
    const { directory } = this.config;
    this.server = spawn(program, args, {
      stdio: ['ignore', log, log],
      cwd: directory,
      env: { ...process.env, ...env },
    });
    this.server.on('error', (thrown) => fs.appendFileSync(this.logPath, `${thrown.message}\n`));
    fs.closeSync(log);
  }

  isRunning(): boolean {
    const { server } = this;
    return server?.pid !== undefined && server.exitCode === null && server.signalCode === null;
  }

  hasEnded(): boolean {
    return !this.isRunning() && this.leftovers().length === 0;
  }

  processes(): TargetProcess[] {
    if (!this.isRunning()) return [];
    const [server, ...children] = processTree(this.server!.pid!);
    const all = [
      { pid: server, type: 'postmaster' },
      ...children.map((pid) => ({ pid, type: this.typeOf(commandLineOf(pid)) })),
    ];
    for (const { pid } of all) this.seen.set(pid, startTicksOf(pid));
    return all;
  }

  kill(pids: readonly number[]): void {
    killProcesses(pids);
  }

  whenServing<T>(boundMs: number, use: (connection: Connection) => Promise<T>): Promise<T> {
    return whenServing(this, boundMs, use);
  }

  async stop(mode: StopMode): Promise<void> {
    this.processes();
    this.server?.kill(STOP_SIGNALS[mode]);
    if (!(await eventually(STOP_BOUND_MS, () => !this.isRunning()))) this.kill(this.processes().map(({ pid }) => pid));
  }

  inspect(): Inspection {
    throw new Error('the files of this target are not inspected');
  }

  log(): string {
    return fs.existsSync(this.logPath) ? fs.readFileSync(this.logPath, 'utf8') : '';
  }

  situation(): string {
    return this.processes()
      .map(({ pid, type }) => `  ${type} ${pid}`)
      .join('\n');
  }

  secondOpinion(): undefined {
    return undefined;
  }

  leftovers(): string[] {
    return [...this.seen].filter(([pid, ticks]) => isSameProcess(pid, ticks)).map(([pid]) => `process ${pid} is alive`);
  }

  async dispose(): Promise<void> {
    if (this.isRunning()) this.kill(this.processes().map(({ pid }) => pid));
    await eventually(5000, () => !this.isRunning());
    this.disposed();
    this.trace.close();
  }

  /** For `copy`: the data as they lie there. */
  protected copyDataTo(copy: SpawnedTarget): void {
    spawnSync('cp', ['-a', '--reflink=auto', this.dataDirectory, copy.dataDirectory]);
  }
}
