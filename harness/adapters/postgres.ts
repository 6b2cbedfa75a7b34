import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import type { ClientConfig } from 'pg';
import { killProcesses } from '../faults/kill.js';
import { isSameProcess, startTicksOf } from '../trace/process-identity.js';
import { TraceArea } from '../trace/trace-area.js';
import { eventually } from '../runner/time.js';
import type { ConnectOptions, Connection } from './connection.js';
import { endWithUs } from './end-with-us.js';
import type { Inspection } from './inspection.js';
import { connectPg, connectServedPg } from './pg-connection.js';
import { childrenOf } from './process-tree.js';
import type {
  PgTarget,
  StopMode,
  Target,
  TargetAbilities,
  TargetConfig,
  TargetFactory,
  TargetProcess,
} from './target.js';
import { whenServing } from './when-serving.js';

/** Where Debian's postgresql-15 puts its programs. */
export const POSTGRES_BIN = '/usr/lib/postgresql/15/bin';
const PORT = 5432;
const STOP_SIGNALS = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

export const postgresAbilities: TargetAbilities = {
  trace: false,
  inspection: false,
  transactions: true,
  processTypes: ['postmaster', 'backend'],
  features: ['indexes', 'upserts', 'vacuum', 'savepoints', 'two-phase', 'minimal-logging', 'databases'],
};

/**
 * Real PostgreSQL as a target: kills of everything at random moments only. Its processes feed no trace and its files
 * are not inspected, so the contents oracles alone judge it.
 */
export function postgresFactory(binaries = POSTGRES_BIN): TargetFactory {
  return {
    name: 'postgres',
    version: () => spawnSync(`${binaries}/postgres`, ['--version'], { encoding: 'utf8' }).stdout.trim(),
    create: (config) => new PostgresTarget(config, binaries),
  };
}

class PostgresTarget implements PgTarget {
  readonly abilities = postgresAbilities;
  readonly dataDirectory: string;
  readonly trace: TraceArea;
  readonly tracePath: string;
  private readonly logPath: string;
  private server: ChildProcess | undefined;
  private readonly disposed = endWithUs(() => this.kill(this.processes().map(({ pid }) => pid)));
  private readonly seen = new Map<number, number>();

  constructor(
    private readonly config: TargetConfig,
    private readonly binaries: string,
  ) {
    this.dataDirectory = `${config.directory}/data`;
    this.logPath = `${config.directory}/log`;
    this.tracePath = `${config.directory}/trace`;
    this.trace = TraceArea.create(this.tracePath);
  }

  async prepare(): Promise<void> {
    const { directory, walSegmentMegabytes } = this.config;
    if (process.getuid!() === 0) spawnSync('chown', ['postgres', directory]);
    const options = [
      '-D',
      this.dataDirectory,
      '-A',
      'trust',
      '-U',
      'postgres',
      '-k',
      '-N',
      `--wal-segsize=${walSegmentMegabytes}`,
    ];
    const made = this.asPostgres('initdb', options);
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  }

  async start(): Promise<void> {
    const { backend_pool_size: _ours, ...common } = this.config.settings;
    const settings = {
      ...common,
      listen_addresses: '',
      unix_socket_directories: this.config.directory,
      port: PORT,
      // In the data directory, so that a kill leaves nothing in /dev/shm.
      dynamic_shared_memory_type: 'mmap',
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const log = fs.openSync(this.logPath, 'a');
    const [command, ...args] = this.command('postgres', ['-D', this.dataDirectory, ...options]);
    this.server = spawn(command, args, { stdio: ['ignore', log, log], cwd: this.config.directory });
    fs.closeSync(log);
  }

  isRunning(): boolean {
    return this.server !== undefined && this.server.exitCode === null && this.server.signalCode === null;
  }

  hasEnded(): boolean {
    return !this.isRunning() && this.leftovers().length === 0;
  }

  connection(): ClientConfig {
    return { host: this.config.directory, port: PORT, user: 'postgres', database: 'postgres' };
  }

  connect(options?: ConnectOptions): Promise<Connection> {
    return connectPg(this.connection(), options);
  }

  connectServed(): Promise<Connection> {
    return connectServedPg(this.connection());
  }

  processes(): TargetProcess[] {
    if (!this.isRunning()) return [];
    const all = [{ pid: this.server!.pid!, type: 'postmaster' }];
    for (const { pid, commandLine } of childrenOf(this.server!.pid!)) {
      all.push({ pid, type: /^postgres: (\w+)/.exec(commandLine)?.[1] ?? 'backend' });
    }
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
    if (!(await eventually(10_000, () => !this.isRunning()))) this.kill(this.processes().map(({ pid }) => pid));
  }

  inspect(): Inspection {
    throw new Error('the files of PostgreSQL are not inspected');
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

  async copy(directory: string): Promise<Target> {
    fs.mkdirSync(directory);
    if (process.getuid!() === 0) spawnSync('chown', ['postgres', directory]);
    const copy = new PostgresTarget({ ...this.config, directory }, this.binaries);
    spawnSync('cp', ['-a', '--reflink=auto', this.dataDirectory, copy.dataDirectory]);
    fs.rmSync(`${copy.dataDirectory}/postmaster.pid`, { force: true });
    return copy;
  }

  async dispose(): Promise<void> {
    if (this.isRunning()) this.kill(this.processes().map(({ pid }) => pid));
    await eventually(5000, () => !this.isRunning());
    this.removeSharedMemory();
    this.disposed();
    this.trace.close();
  }

  /** A killed postmaster leaves its System V segment, whose id stands in the seventh line of postmaster.pid. */
  private removeSharedMemory(): void {
    const path = `${this.dataDirectory}/postmaster.pid`;
    if (!fs.existsSync(path)) return;
    const id = fs.readFileSync(path, 'utf8').split('\n')[6]?.trim().split(/\s+/)[1];
    if (id) spawnSync('ipcrm', ['-m', id]);
  }

  private asPostgres(program: string, options: string[]): { status: number | null; stderr: string } {
    const [command, ...args] = this.command(program, options);
    return spawnSync(command, args, { encoding: 'utf8', cwd: '/' });
  }

  /** PostgreSQL refuses to run as root. */
  private command(program: string, options: string[]): [string, ...string[]] {
    const path = `${this.binaries}/${program}`;
    if (process.getuid!() !== 0) return [path, ...options];
    return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', path, ...options];
  }
}
