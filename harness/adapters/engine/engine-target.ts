import type { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientConfig } from 'pg';
import { epochOf, fullXid, xidOf } from '../../../engine/base/xid.js';
import { openServerOs } from '../../../engine/os/real-server-os.js';
import { ExitCode } from '../../../engine/processes/control/control.js';
import { resetTransactionId } from '../../../engine/processes/control/reset-xid.js';
import { killProcesses } from '../../faults/kill.js';
import { RECORD_VARIABLE, TRACE_VARIABLE } from '../../faults/preload-library.js';
import { eventually } from '../../runner/time.js';
import { isSameProcess, startTicksOf } from '../../trace/process-identity.js';
import { TraceArea } from '../../trace/trace-area.js';
import { crashwrightVersion } from '../../version.js';
import type { ConnectOptions, Connection } from '../connection.js';
import { endWithUs } from '../end-with-us.js';
import type { Inspection } from '../inspection.js';
import { describeSituation } from '../process-situation.js';
import { connectPg, connectServedPg } from '../pg-connection.js';
import { childrenOf } from '../process-tree.js';
import type {
  PgTarget,
  StopMode,
  Target,
  TargetAbilities,
  TargetConfig,
  TargetFactory,
  TargetProcess,
} from '../target.js';
import { whenServing } from '../when-serving.js';
import { EngineInspection } from './engine-inspection.js';
import { BUNDLE, spawnServer } from './server-program.js';
import { postgresToolsSay } from './postgres-tools.js';
import { leftoverLocks, sharedMemoryNames } from './leftovers.js';
import { TemplateDirectories, copyDirectory } from './template-directories.js';

const PRELOAD = fileURLToPath(new URL('harness/faults/preload-library.cjs', BUNDLE));
const DIST = fileURLToPath(new URL('../../../', import.meta.url));
const PORT = 5432;
/** A pool larger than what connects at once costs a cycle more than all of its work. */
const CHEAP_STARTS = { backend_pool_size: 1 };
const STOP_SIGNALS = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' } as const;
const STOP_BOUND_MS = 20_000;

export const engineAbilities: TargetAbilities = {
  trace: true,
  inspection: true,
  transactions: true,
  processTypes: [
    'postmaster',
    'startup',
    'checkpointer',
    'bgwriter',
    'walwriter',
    'autovaclauncher',
    'autovacworker',
    'backend',
  ],
  features: ['savepoints', 'indexes', 'upserts', 'databases', 'minimal-logging', 'vacuum', 'two-phase', 'xid-jumps'],
};

export interface EngineFactoryOptions {
  /** PostgreSQL's bin directory, when its tools shall read every stopped cluster too. */
  readonly postgresTools?: string;
}

export interface EngineFactory extends TargetFactory {
  create(config: TargetConfig): PgTarget;
  dispose(): void;
}

/** Where a target that was given `directory` keeps its trace area, and the logs of a full trace beside it. */
export function tracePathOf(directory: string): string {
  return `${directory}/trace`;
}

/** The embedded engine, as real processes on real files. */
export function engineFactory({ postgresTools }: EngineFactoryOptions = {}): EngineFactory {
  const templates = new TemplateDirectories();
  return {
    name: 'engine',
    version: crashwrightVersion,
    create: (config) => new EngineTarget(config, templates, postgresTools),
    dispose: () => templates.dispose(),
  };
}

class EngineTarget implements PgTarget {
  readonly abilities = engineAbilities;
  readonly dataDirectory: string;
  readonly trace: TraceArea;
  readonly tracePath: string;
  private readonly logPath: string;
  private server: ChildProcess | undefined;
  private readonly disposed = endWithUs(() => this.kill(this.processes().map(({ pid }) => pid)));
  /** pid → start time of every process ever seen. */
  private readonly seen = new Map<number, number>();

  constructor(
    private readonly config: TargetConfig,
    private readonly templates: TemplateDirectories,
    private readonly postgresTools: string | undefined,
  ) {
    this.dataDirectory = `${config.directory}/data`;
    this.logPath = `${config.directory}/log`;
    this.tracePath = tracePathOf(config.directory);
    this.trace = TraceArea.create(this.tracePath);
  }

  async prepare(): Promise<void> {
    const { walSegmentMegabytes, firstXid } = this.config;
    await this.templates.copyTo(this.dataDirectory, { walSegmentMegabytes, firstXid });
  }

  async start(): Promise<void> {
    const preload = [PRELOAD, ...this.config.preload.map(bundled)].join(',');
    const settings = {
      ...CHEAP_STARTS,
      ...this.config.settings,
      listen_addresses: '',
      shared_preload_libraries: preload,
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const log = fs.openSync(this.logPath, 'a');
    const env = {
      [TRACE_VARIABLE]: this.tracePath,
      [RECORD_VARIABLE]: this.config.recordPayloads ? '1' : undefined,
    };
    const words = ['postmaster', '-D', this.dataDirectory, '-p', String(PORT), ...options];
    const image = this.config.preload.length === 0; // mutants patch classes
    this.server = spawnServer(words, { stdio: ['ignore', log, log], image, env });
    fs.closeSync(log);
  }

  isRunning(): boolean {
    return this.server !== undefined && this.server.exitCode === null && this.server.signalCode === null;
  }

  hasEnded(): boolean {
    return !this.isRunning() && this.alive().length === 0;
  }

  connection(): ClientConfig {
    return { host: `${this.dataDirectory}/run`, port: PORT, user: 'postgres', database: 'postgres' };
  }

  connect(options?: ConnectOptions): Promise<Connection> {
    return connectPg(this.connection(), options);
  }

  connectServed(): Promise<Connection> {
    return connectServedPg(this.connection());
  }

  processes(): TargetProcess[] {
    const traced = this.trace
      .processes()
      .filter(({ pid, startTicks, ended }) => !ended && isSameProcess(pid, startTicks));
    const all = new Map(traced.map(({ pid, type }) => [pid, type]));
    if (this.isRunning()) {
      all.set(this.server!.pid!, 'postmaster');
      for (const { pid } of childrenOf(this.server!.pid!)) if (!all.has(pid)) all.set(pid, 'starting');
    }
    this.remember([...all.keys()]);
    return [...all].map(([pid, type]) => ({ pid, type }));
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
    if (await eventually(STOP_BOUND_MS, () => !this.isRunning())) return;
    this.kill(this.processes().map(({ pid }) => pid));
    throw new Error(
      `the server did not stop within ${STOP_BOUND_MS / 1000} s; end of its log:\n${this.log().slice(-2000)}`,
    );
  }

  advanceXid(next: number): void {
    const said: string[] = [];
    const terminal = { out: () => {}, error: (text: string) => void said.push(text) };
    const context = { os: openServerOs(), terminal, dataDirectory: this.dataDirectory };
    const full = fullXid(next);
    const wanted = { nextXid: xidOf(full), epoch: epochOf(full), isForced: false };
    if (resetTransactionId(context, wanted) !== ExitCode.ok) throw new Error(said.join('\n'));
  }

  inspect(): Inspection {
    return new EngineInspection(this.dataDirectory);
  }

  log(): string {
    return fs.existsSync(this.logPath) ? fs.readFileSync(this.logPath, 'utf8') : '';
  }

  situation(): string {
    return describeSituation(this.trace.processes());
  }

  leftovers(): string[] {
    return [
      ...this.alive().map((pid) => `process ${pid} is alive`),
      ...leftoverLocks(this.dataDirectory),
      ...sharedMemoryNames(),
    ];
  }

  secondOpinion(): string[] | undefined {
    const { postgresTools, dataDirectory } = this;
    return postgresTools === undefined ? undefined : postgresToolsSay(postgresTools, dataDirectory, this.inspect());
  }

  async copy(directory: string): Promise<Target> {
    fs.mkdirSync(directory);
    const copy = new EngineTarget({ ...this.config, directory }, this.templates, this.postgresTools);
    copyDirectory(this.dataDirectory, copy.dataDirectory);
    return copy;
  }

  async dispose(): Promise<void> {
    this.kill(this.processes().map(({ pid }) => pid));
    this.kill(this.alive());
    await eventually(5000, () => this.hasEnded());
    this.disposed();
    this.trace.close();
  }

  private remember(pids: readonly number[]): void {
    for (const pid of pids) if (!this.seen.has(pid)) this.seen.set(pid, startTicksOf(pid));
  }

  private alive(): number[] {
    for (const { pid, startTicks } of this.trace.processes()) this.seen.set(pid, startTicks);
    return [...this.seen].filter(([pid, ticks]) => isSameProcess(pid, ticks)).map(([pid]) => pid);
  }
}

/** The bundle's counterpart of a module of this package; any other module as it is. */
function bundled(module: string): string {
  const path = relative(DIST, module);
  return path.startsWith('..') ? module : fileURLToPath(new URL(path, BUNDLE));
}
