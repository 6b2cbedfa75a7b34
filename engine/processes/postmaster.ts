import { fatal } from '../base/errors.js';
import { SqlState } from '../base/sqlstate.js';
import { Interrupt } from '../memory/process-slots.js';
import type { ChildEnd } from '../os/child-processes.js';
import type { Connection } from '../os/network.js';
import { AutovacuumBoard } from './autovacuum/board.js';
import { AutovacuumStarter } from './postmaster/autovacuum-starter.js';
import { BackendPool } from './postmaster/backend-pool.js';
import { Children, type Member } from './postmaster/children.js';
import { describeEnd, isHarmless } from './postmaster/child-end.js';
import { killAll } from './postmaster/kill-all.js';
import { openSockets, type Sockets } from './postmaster/sockets.js';
import { TurnAway } from './postmaster/turn-away.js';
import type { PostmasterSetup } from './postmaster/setup.js';

/**
 * The postmaster.
 *
 * Why: parent of everything: holds the data directory, the shared memory and the sockets; starts processes, hands them
 * connections, watches them, and resets the cluster when one crashes. Never runs a query or touches data.
 * Essential: yes.
 * Started by: the user (`crashwright engine start`).
 * Ends: asked by a signal: smart SIGTERM (waits for clients), fast SIGINT (ends them), immediate SIGQUIT (no shutdown
 * checkpoint, the next start recovers).
 * Its crash: the server is down. The kernel kills every child at once, and while one lives a new postmaster finds the
 * data directory locked.
 *
 *   starting ──startup ended 0──► running ──shutdown──► stopping ──all but checkpointer gone──► checkpointing ──► ended
 *      ▲                             │ a child crashed
 *      └───── memory zeroed ──── emptying: all killed, all waited for
 */
type Phase = 'starting' | 'running' | 'stopping' | 'checkpointing' | 'emptying' | 'ended';
type Shutdown = 'none' | 'smart' | 'fast' | 'immediate';

const ABNORMAL = 1;
/** How a process that meets a PANIC ends itself: it would meet it again. */
const PANIC_SIGNAL = 'SIGABRT';
/** About the processor time that the start of a process takes. */
const START_INTERVAL_MS = 50;

export class Postmaster {
  private phase: Phase = 'starting';
  private shutdown: Shutdown = 'none';
  private hasCrashed = false;
  private exitCode = 0;
  private pacer: NodeJS.Timeout | undefined;
  private sockets: Sockets | undefined;
  private readonly children: Children;
  private readonly pool: BackendPool;
  private readonly autovacuum: AutovacuumStarter;
  private readonly door: TurnAway;
  private end: (exitCode: number) => void = () => {};

  constructor(private readonly setup: PostmasterSetup) {
    const { memory, log, settings } = setup;
    this.children = new Children(setup.surroundings, (member, end) => this.onChildEnd(member, end));
    this.door = new TurnAway(memory, log);
    this.pool = new BackendPool(this.children, settings, this.door);
    this.autovacuum = new AutovacuumStarter(this.children, settings, new AutovacuumBoard(memory));
  }

  /** Runs the server; resolves with the exit code when it has shut down. */
  async run(): Promise<number> {
    const { os, log } = this.setup;
    const ended = new Promise<number>((resolve) => (this.end = resolve));
    os.processes.onSignal('SIGTERM', () => this.requestShutdown('smart'));
    os.processes.onSignal('SIGINT', () => this.requestShutdown('fast'));
    os.processes.onSignal('SIGQUIT', () => this.requestShutdown('immediate'));
    os.processes.onSignal('SIGHUP', () => this.reload());
    os.processes.onSignal('SIGUSR2', () => this.serveRequests());
    this.startUp();
    this.sockets = await openSockets({ ...this.setup, accept: (connection) => this.accept(connection) });
    this.setup.reportStatus(this.phase === 'running' ? 'ready' : 'starting', this.sockets);
    const exitCode = await ended;
    this.sockets.close();
    log.log('database system is shut down');
    return exitCode;
  }

  private startUp(): void {
    this.phase = 'starting';
    this.children.start('startup');
    this.pool.keepIdle(1); // no more, or they would compete with recovery for processors
  }

  private enterRunning(): void {
    this.phase = 'running';
    this.hasCrashed = false;
    this.children.start('checkpointer');
    this.pool.keepIdle(0);
    this.inTurn([
      () => void this.children.start('walwriter'),
      () => void this.children.start('bgwriter'),
      () => this.shutdown === 'none' && this.pool.keepIdle(this.setup.settings.get('backend_pool_size')),
    ]);
    this.autovacuum.begin(() => this.phase === 'running');
    this.setup.log.log('database system is ready to accept connections');
    if (this.sockets) this.setup.reportStatus('ready', this.sockets);
  }

  /** A process that starts takes most of a processor: the clients that have waited for the server come first. */
  private inTurn([first, ...others]: (() => unknown)[]): void {
    clearTimeout(this.pacer);
    this.pacer = setTimeout(() => {
      if (this.phase !== 'running') return;
      first();
      if (others.length > 0) this.inTurn(others);
    }, START_INTERVAL_MS);
  }

  private accept(connection: Connection): void {
    const refusal = this.refusal();
    if (refusal) this.door.turnAway(connection, fatal(SqlState.cannotConnectNow, refusal));
    else this.pool.accept(connection);
  }

  private refusal(): string | undefined {
    if (this.shutdown !== 'none') return 'the database system is shutting down';
    if (this.phase === 'running') return undefined;
    return this.hasCrashed ? 'the database system is in recovery mode' : 'the database system is starting up';
  }

  private onChildEnd(member: Member, end: ChildEnd): void {
    this.pool.remove(member);
    if (this.phase !== 'emptying') this.judge(member, end);
    this.advance();
  }

  /** What a child's end means while the cluster is whole. */
  private judge(member: Member, end: ChildEnd): void {
    const isStopping = this.phase === 'stopping' || this.phase === 'checkpointing';
    if (member.type === 'startup') return this.judgeStartup(member, end);
    if (!isHarmless(member.type, end)) return this.crash(member, end);
    if (member.type === 'backend') return this.phase === 'running' ? this.pool.settle() : undefined;
    if (member.type === 'checkpointer' && this.phase !== 'checkpointing') return this.crash(member, end);
    if (isStopping || member.type === 'checkpointer' || member.type === 'autovacworker') return undefined;
    if (member.type === 'autovaclauncher') return this.autovacuum.settle();
    return void this.children.start(member.type);
  }

  private judgeStartup(member: Member, end: ChildEnd): void {
    if (end.code === 0 && this.phase === 'starting') return this.enterRunning();
    if (this.phase === 'stopping') return undefined;
    if (end.signal !== null && end.signal !== PANIC_SIGNAL) return this.crash(member, end);
    this.setup.log.log(describeEnd(member, end));
    this.setup.log.log('aborting startup due to startup process failure');
    this.exitCode = ABNORMAL;
    return this.empty('immediate');
  }

  private crash(member: Member, end: ChildEnd): void {
    const { log } = this.setup;
    log.log(describeEnd(member, end));
    log.log('terminating any other active server processes');
    this.hasCrashed = true;
    this.empty();
  }

  /** Ends every child without ceremony. */
  private empty(shutdown?: Shutdown): void {
    this.phase = 'emptying';
    if (shutdown) this.shutdown = shutdown;
    this.pool.close((connection) => this.accept(connection));
    killAll(this.setup, this.children, this.pool, this.hasCrashed ? 'crash' : 'shutdown');
  }

  private requestShutdown(mode: Exclude<Shutdown, 'none'>): void {
    const order: Shutdown[] = ['none', 'smart', 'fast', 'immediate'];
    if (order.indexOf(mode) <= order.indexOf(this.shutdown)) return;
    this.shutdown = mode;
    this.setup.log.log(`received ${mode} shutdown request`);
    if (this.sockets) this.setup.reportStatus('stopping', this.sockets);
    this.pool.close((connection) => this.accept(connection));
    if (mode === 'immediate') this.empty();
    else if (mode === 'fast' && this.phase !== 'emptying') this.stop();
    this.advance();
  }

  /** Asks everything but the checkpointer to end. */
  private stop(): void {
    if (this.pool.clients > 0) this.setup.log.log('aborting any active transactions');
    if (this.phase !== 'checkpointing') this.phase = 'stopping';
    for (const member of this.children.all()) {
      if (member.type !== 'checkpointer') this.children.interrupt(member, Interrupt.terminate);
    }
  }

  /** Goes on to the next phase if its time has come (PostmasterStateMachine). */
  private advance(): void {
    if (this.phase === 'running' && this.shutdown === 'smart' && this.pool.clients === 0) this.stop();
    if (this.phase === 'starting' && this.shutdown === 'smart') this.stop();
    if (this.phase === 'stopping' && !this.children.hasOtherThan('checkpointer')) {
      this.phase = 'checkpointing';
      for (const member of this.children.of('checkpointer')) this.children.interrupt(member, Interrupt.terminate);
    }
    if (this.phase === 'checkpointing' && this.children.count === 0) this.finish(this.exitCode);
    if (this.phase === 'emptying' && this.children.count === 0) this.afterEmptying();
  }

  private afterEmptying(): void {
    const { log, settings } = this.setup;
    if (this.shutdown !== 'none') {
      if (this.hasCrashed) log.log('abnormal database system shutdown');
      return this.finish(this.hasCrashed ? ABNORMAL : this.exitCode);
    }
    if (!settings.get('restart_after_crash')) {
      log.log('shutting down because restart_after_crash is off');
      return this.finish(ABNORMAL);
    }
    log.log('all server processes terminated; reinitializing');
    this.setup.resetMemory();
    return this.startUp();
  }

  private finish(exitCode: number): void {
    this.phase = 'ended';
    this.end(exitCode);
  }

  /** What a child has asked for in shared memory. */
  private serveRequests(): void {
    if (this.phase === 'running') this.autovacuum.serveRequests();
  }

  private reload(): void {
    if (!this.setup.reloadSettings()) return;
    for (const member of this.children.all()) this.children.interrupt(member, Interrupt.reload);
    if (this.phase === 'running') this.autovacuum.settle();
  }
}
