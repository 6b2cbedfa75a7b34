import { performance } from 'node:perf_hooks';
import type { Target } from '../adapters/target.js';
import { victimsOf } from '../faults/kill.js';
import { actionNamed } from '../extensions/loaded.js';
import { isKill, type ActFault, type Fault, type KillFault } from '../faults/fault.js';
import { parseFault } from '../faults/parse.js';
import type { History } from '../history/history.js';
import type { FaultStatus, ProcessTrace } from '../trace/trace-area.js';
import type { PlannedTransaction } from '../workloads/stream.js';
import type { Workload } from '../workloads/workload.js';
import { ClientSession } from './client-session.js';
import { ROUND_LIMIT_MS, type CycleConfig } from './cycle-config.js';
import { exactPlan } from './exact-plan.js';
import { setUp } from './set-up.js';
import { eventually, sleep } from './time.js';

/** What one client still has to do, across rounds. */
export interface ClientStream {
  readonly client: number;
  readonly planned: readonly PlannedTransaction[];
  next: number;
}

export interface RoundContext {
  readonly round: number;
  readonly config: CycleConfig;
  readonly target: Target;
  readonly workload: Workload;
  readonly history: History;
  readonly streams: readonly ClientStream[];
  readonly setup: readonly string[];
}

export interface RoundOutcome {
  /** True when no kill of the plan fired and the harness ended the round by killing everything. */
  readonly endedByHarness: boolean;
  /** The plan with random moments replaced by the exact calls every process had reached. */
  readonly exactPlan: readonly Fault[];
  /** Where every process stood when the round ended. */
  readonly reached: readonly ProcessTrace[];
}

/** One round up to its crash: clients work on the target until a kill fires or their work is done. */
export async function runRound(context: RoundContext): Promise<RoundOutcome> {
  const { config, target, round, history } = context;
  const plan = config.rounds[round].faults.map(parseFault);
  const sessions = await connectAll(context);
  if (round === 0) await setUp((sql) => sessions[0].query(sql), context.setup, target.abilities);
  target.trace.arm(plan);
  const killer = new RoundKiller(target, plan);
  const running = { over: false };
  const work = sessions.map((session, index) => runStream(session, context.streams[index], context, running));
  const checkpoints = requestCheckpoints(context, running);
  await Promise.race([Promise.all(work), killer.fired(), sleep(ROUND_LIMIT_MS)]);
  const endedByHarness = !killer.hasFired();
  if (endedByHarness) killer.killAll();
  running.over = true;
  history.crashes.push({ round, sequence: target.trace.sequence, at: performance.now() });
  killer.stop();
  await killer.acted();
  await Promise.race([Promise.all(sessions.map((session) => session.ended)), sleep(5000)]);
  await Promise.race([Promise.all([...work, checkpoints]), sleep(1000)]);
  await Promise.all(sessions.map((session) => session.close()));
  history.closeOpen(target.trace.nextSequence(), performance.now());
  return { endedByHarness, exactPlan: exactPlan(plan, killer.reached), reached: killer.reached };
}

async function connectAll(context: RoundContext): Promise<ClientSession[]> {
  const { config, target, round, workload, history } = context;
  return Promise.all(
    config.clients.map((client) => {
      const { statementMode } = config;
      return ClientSession.connect({ client, round, workload, history, target, statementMode });
    }),
  );
}

async function runStream(
  session: ClientSession,
  stream: ClientStream,
  { config, round, target }: RoundContext,
  running: { over: boolean },
): Promise<void> {
  const end = (round + 1) * config.transactionsPerRound;
  const every = target.abilities.transactions ? config.readingsEvery : 0;
  stream.next = Math.max(stream.next, round * config.transactionsPerRound);
  while (stream.next < end && !running.over && !session.lost) {
    const number = ++stream.next;
    if (!config.skip.includes(`${stream.client}.${number}`)) await session.run(number, stream.planned[number - 1]);
    if (every > 0 && number % every === 0 && !session.lost) await session.readPositions();
  }
}

/** A client of its own that asks for checkpoints. */
async function requestCheckpoints(
  { config, target, round, workload, history }: RoundContext,
  running: { over: boolean },
): Promise<void> {
  if (config.checkpointEveryMs === 0 || !target.abilities.transactions) return;
  const statementMode = 'single' as const;
  const session = await ClientSession.connect({ client: 0, round, workload, history, target, statementMode }).catch(
    () => undefined,
  );
  if (!session) return;
  while (!running.over && !session.lost) {
    await sleep(config.checkpointEveryMs);
    await session.query('CHECKPOINT').catch(() => {});
  }
  await session.close();
}

/** Watches for the kills that processes carry out themselves, and carries out those that are the harness's. */
class RoundKiller {
  reached: ProcessTrace[] = [];
  private readonly timers: NodeJS.Timeout[] = [];
  private isStopped = false;
  private readonly kills: { fault: KillFault; index: number }[];
  /** Actions of extensions that are under way. */
  private readonly acts: Promise<void>[] = [];

  constructor(
    private readonly target: Target,
    plan: readonly Fault[],
  ) {
    this.kills = plan.flatMap((fault, index) => (isKill(fault) ? [{ fault, index }] : []));
    for (const kill of this.kills) this.schedule(kill);
    plan.forEach((fault, index) => {
      if (fault.kind === 'act') this.scheduleAct(fault, index);
    });
  }

  hasFired(): boolean {
    return this.kills.some(({ index }) => this.target.trace.hasFired(index));
  }

  async fired(): Promise<void> {
    while (!this.isStopped && !this.hasFired()) await sleep(2);
    this.remember();
  }

  killAll(): void {
    this.kill('all');
  }

  stop(): void {
    this.isStopped = true;
    for (const timer of this.timers) clearTimeout(timer);
  }

  /** Rejects with what an action failed with. */
  async acted(): Promise<void> {
    await Promise.all(this.acts);
  }

  private scheduleAct({ name, seconds }: ActFault, index: number): void {
    const act = actionNamed(name);
    const strike = async (): Promise<void> => act.strike(this.target);
    this.timers.push(
      setTimeout(() => {
        if (this.isStopped || !this.target.trace.markFired(index, process.pid)) return;
        const done = strike();
        done.catch(() => {}); // told by acted()
        this.acts.push(done);
      }, seconds * 1000),
    );
  }

  private schedule({ fault, index }: { fault: KillFault; index: number }): void {
    const { trigger } = fault;
    const fire = (): void => {
      if (this.isStopped || !this.target.trace.markFired(index, process.pid)) return;
      this.kill(fault.victims ?? 'all');
    };
    if (trigger.kind === 'time') this.timers.push(setTimeout(fire, trigger.seconds * 1000));
    if (trigger.kind !== 'cut') return;
    const isReached = (): boolean =>
      trigger.members.every(({ process: { type, ordinal }, calls }) =>
        this.target.trace
          .processes()
          .some(
            (each) =>
              each.type === type &&
              each.ordinal === (ordinal ?? 0) &&
              each.calls >= calls &&
              !(each.calls === calls && each.inCall),
          ),
      );
    void eventually(ROUND_LIMIT_MS / 2, () => this.isStopped || isReached()).then(fire);
  }

  private kill(victims: KillFault['victims'] & {}): void {
    const { target } = this;
    if (target.abilities.trace && victims !== 'all') target.kill(victimsOf(victims, target.trace.processes()));
    else target.kill(target.processes().map(({ pid }) => pid));
    this.remember();
  }

  private remember(): void {
    if (this.reached.length === 0) this.reached = this.target.trace.processes().filter(({ ended }) => !ended);
  }
}

/** Which of a plan's faults fired, as the trace area has it after the round. */
export function faultStatuses(target: Target, plan: readonly Fault[]): FaultStatus[] {
  const statuses = target.trace.statuses();
  return plan.map(
    (fault, index) => statuses[index] ?? { fault, fired: false, firings: 0, matches: 0, sequence: 0, pid: 0 },
  );
}
