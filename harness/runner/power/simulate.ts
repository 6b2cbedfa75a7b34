import { SimulatedError, type SimulatedCluster, type SimulatedTarget } from '../../adapters/simulated-target.js';
import type { Volume } from '../../disks/volume.js';
import { parseFault } from '../../faults/parse.js';
import { History } from '../../history/history.js';
import { SeededRandom } from '../../schedulers/seeded-random.js';
import type { StorageAct, StorageEvent } from '../../trace/storage-event.js';
import { TraceArea } from '../../trace/trace-area.js';
import { deriveSeed } from '../../workloads/derive-seed.js';
import { drawStream } from '../../workloads/stream.js';
import { workloadNamed } from '../../workloads/workload-table.js';
import { destinationOf, parseXidJump, xidMargins } from '../../workloads/xid-course.js';
import { isPresent, type Shape, type Workload } from '../../workloads/workload.js';
import { fixedRun } from './fixed-run.js';
import { recoverAndRead } from './judge-state.js';
import type { PowerConfig } from './power-config.js';
import { SimulatedClient } from './simulated-client.js';
import type { TracedRun } from './traced-run.js';

const CLIENT_TURNS = 100;
const MOST_INTERRUPTIONS = 3;
const MOST_RESTARTS = 20;

/** Runs the workload of a configuration on a new cluster. The same configuration gives the same run. */
export async function simulate(config: PowerConfig, target: SimulatedTarget): Promise<TracedRun> {
  if (config.script) return fixedRun(target);
  const base = await target.template(config.walSegmentMegabytes, config.firstXid);
  return new Simulation(config, target, base).run();
}

/** A chance of a process to do something. */
interface Turn {
  readonly process: string;
  readonly take: () => void;
}

class Simulation {
  private readonly random: SeededRandom;
  private readonly history = new History();
  private readonly events: StorageEvent[] = [];
  private readonly log: string[] = [];
  private readonly workload: Workload;
  private readonly shape: Shape;
  private readonly volume: Volume;
  private readonly faults = TraceArea.inMemory();
  private readonly cluster: SimulatedCluster;
  private readonly clients: SimulatedClient[];
  /** One entry for each chance of a turn. */
  private readonly turns: readonly Turn[];
  private sequence = 0;
  private isReady = false;
  private isInterrupted = false;
  private jumps = 0;
  private jumpedTo = 0;

  constructor(
    private readonly config: PowerConfig,
    private readonly target: SimulatedTarget,
    private readonly base: Volume,
  ) {
    this.random = new SeededRandom(deriveSeed(config.seed, 'schedule'));
    this.workload = workloadNamed(config.workload);
    const { asyncShare, rollbackShare } = config;
    this.shape = { clients: Math.max(...config.clients), asyncShare, rollbackShare };
    this.volume = base.fork();
    this.cluster = target.openCluster(this.volume, {
      settings: config.settings,
      observe: (process, act) => this.observe(process, act),
      faults: this.faults,
      onPoint: config.interruptChance > 0 ? (process) => this.interrupt(process) : undefined,
      log: (line) => this.log.push(line),
    });
    this.clients = config.clients.map((client) => this.makeClient(client));
    this.turns = this.turnsOfAll();
  }

  async run(): Promise<TracedRun> {
    const { cluster, config, clients } = this;
    this.start();
    for (const sql of this.workload.setup(this.shape)) clients[0].session!.query(sql);
    const readyAt = this.nextSequence();
    this.isReady = true;
    this.faults.arm(config.faults.map(parseFault));
    const actors = [...this.turns, ...times(config.turns.restart, 'everything', () => cluster.dispose())];
    for (let restarts = 0; clients.some((client) => !client.done);) {
      this.attempt(this.isJumpDue() ? () => this.jump() : actors[this.random.below(actors.length)].take);
      if (cluster.isUp) continue;
      this.noteCrash();
      if (++restarts > MOST_RESTARTS) break; // a fault that stays keeps the cluster down
      this.attempt(() => this.start());
      if (cluster.isUp) await this.settle();
    }
    const faults = this.faults.statuses();
    const endedAt = this.nextSequence();
    const replayDifferences = cluster.isUp ? this.compareReplay() : undefined;
    cluster.dispose();
    const { base, history, workload, shape, log } = this;
    const events = this.events.filter(({ start }) => start <= endedAt);
    const { jumpedTo } = this;
    return { base, events, history, workload, shape, readyAt, endedAt, faults, jumpedTo, replayDifferences, log };
  }

  /** Replays the log of the whole run, from its last checkpoint, beside the cluster that wrote it. */
  private compareReplay(): string[] {
    const { cluster, target, volume, config } = this;
    this.faults.arm([]);
    cluster.syncLog();
    const replayed = volume.fork();
    try {
      target.recover(replayed, { settings: config.settings }).shutDown();
    } catch (thrown) {
      if (!(thrown instanceof SimulatedError)) throw thrown;
      return [`the log cannot be replayed: ${thrown.message}`];
    }
    cluster.shutDown();
    return target.differingPages(volume, replayed);
  }

  private makeClient(client: number): SimulatedClient {
    const { config, workload, shape, history, cluster } = this;
    const drawn = drawStream(workload, shape, config.seed, client, config.transactionsPerClient);
    const planned = drawn
      .map((transaction, index) => ({ number: index + 1, transaction }))
      .filter(({ number }) => !config.skip.includes(`${client}.${number}`));
    return new SimulatedClient({
      client,
      workload,
      planned,
      history,
      statementMode: config.statementMode,
      nextSequence: () => this.nextSequence(),
      nowMs: () => cluster.nowMs(),
      queryIn: (database, sql) => cluster.queryIn(database, client, sql),
    });
  }

  private start(): void {
    this.cluster.start();
    this.clients.forEach((client, index) => (client.session = this.cluster.connect(this.config.clients[index])));
  }

  private turnsOfAll(): Turn[] {
    const { cluster, config, clients } = this;
    return [
      ...clients.flatMap((client) => times(CLIENT_TURNS, 'backend', () => this.turnOf(client))),
      ...times(config.turns.checkpointer, 'checkpointer', () => cluster.checkpoint()),
      ...times(config.turns.bgwriter, 'bgwriter', () => cluster.writeBuffers()),
      ...times(config.turns.walwriter, 'walwriter', () => cluster.flushLog()),
    ];
  }

  /** Jumps come when each client has begun so many of its transactions, about. */
  private isJumpDue(): boolean {
    const { jumps = [], transactionsPerClient, clients } = this.config;
    const share = (this.jumps + 1) / (jumps.length + 1);
    return (
      this.jumps < jumps.length && this.history.transactions.length >= share * transactionsPerClient * clients.length
    );
  }

  /** The loop starts the cluster again, wherever this ended. */
  private jump(): void {
    const { config, target, volume } = this;
    const jump = parseXidJump(config.jumps![this.jumps++]);
    this.stop();
    const next = destinationOf(jump, target.inspect(volume).control(), xidMargins(config.settings));
    if (next === undefined) return;
    target.advanceXid(volume, next, (act) => this.observe('reset', act));
    this.jumpedTo = next;
  }

  /** Nobody is let in meanwhile. */
  private stop(): void {
    const { cluster } = this;
    this.isInterrupted = true;
    try {
      cluster.endSessions();
      cluster.shutDown();
    } finally {
      this.isInterrupted = false;
      if (cluster.isUp) cluster.dispose();
    }
  }

  private turnOf(client: SimulatedClient): void {
    if (client.session && !client.done && !client.isBusy) client.turn();
  }

  /** What a process is told of its own failure is the cluster's matter: it is up still, or it is not. */
  private attempt(turn: () => void): void {
    try {
      turn();
    } catch (thrown) {
      if (!(thrown instanceof SimulatedError)) throw thrown;
      this.log.push(`${thrown.severity}: ${thrown.message}`);
    }
  }

  /** Others run while a process is on its way from one step to the next; not others again inside those. */
  private interrupt(process: string): void {
    if (
      !this.isReady ||
      this.isInterrupted ||
      process === 'startup' ||
      !this.random.chance(this.config.interruptChance)
    )
      return;
    this.isInterrupted = true;
    try {
      for (let left = 1 + this.random.below(MOST_INTERRUPTIONS); left > 0 && this.cluster.isUp; left--) {
        this.attempt(this.interruptionOf(process));
      }
    } finally {
      this.isInterrupted = false;
    }
  }

  private interruptionOf(process: string): () => void {
    if (this.config.everybodyInterrupts) {
      const turn = this.random.pick(this.turns);
      return turn.process === process ? () => {} : turn.take;
    }
    const client = this.random.pick(this.clients);
    return () => this.turnOf(client);
  }

  /** What was in memory only is lost, and rightly: what comes after is another round. */
  private noteCrash(): void {
    const { history, cluster } = this;
    history.crashes.push({ round: history.crashes.length, sequence: this.nextSequence(), at: cluster.nowMs() });
  }

  /**
   * What clients find after a restart is final: every later recovery must show the same of what was done before. The first
   * of them may be at it again already, and what they do now is not.
   */
  private async settle(): Promise<void> {
    const { target, workload, shape, history, config } = this;
    const { contents } = await recoverAndRead({ target, workload, settings: config.settings }, this.volume.fork());
    if (!contents) return; // the search will find that
    const { presence } = workload.examine(contents, history.transactions, shape);
    const survivedSequence = this.nextSequence();
    for (const transaction of history.transactions) {
      const found = presence.get(transaction.tag);
      const isOver = transaction.round < history.crashes.length;
      if (!found || !isOver || transaction.survived !== undefined) continue;
      Object.assign(transaction, { survived: isPresent(found), survivedSequence });
    }
  }

  private nextSequence(): number {
    return ++this.sequence;
  }

  private observe(process: string, act: StorageAct): void {
    const start = this.nextSequence();
    this.events.push({ ...act, process, start, end: this.nextSequence() } as StorageEvent);
  }
}

function times(count: number, process: string, take: () => void): Turn[] {
  return Array.from({ length: count }, () => ({ process, take }));
}
