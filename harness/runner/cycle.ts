import type { Fate } from '../adapters/inspection.js';
import type { Target, TargetFactory } from '../adapters/target.js';
import { isKill, type Fault } from '../faults/fault.js';
import { parseFault } from '../faults/parse.js';
import { printFault } from '../faults/print.js';
import { History } from '../history/history.js';
import { compareRecoveries } from '../oracles/recovery-idempotence.js';
import { noLeftovers } from '../oracles/no-leftovers.js';
import { allContentsOracles, allFilesOracles } from '../oracles/oracle-table.js';
import { emptyMemory, type FilesEvidence, type Violation } from '../oracles/oracle.js';
import { positionNamed } from '../oracles/position-named.js';
import { secondOpinion } from '../oracles/second-opinion.js';
import { servesAgain } from '../oracles/serves-again.js';
import type { Observed } from '../results/cycle-record.js';
import { Observations } from '../results/observations.js';
import type { FaultStatus, ProcessTrace } from '../trace/trace-area.js';
import { drawStream } from '../workloads/stream.js';
import { workloadNamed } from '../workloads/workload-table.js';
import { destinationOf, parseXidJump, xidMargins } from '../workloads/xid-course.js';
import { isPresent, type Contents, type Examination, type Shape, type Workload } from '../workloads/workload.js';
import { asyncBoundMs } from './async-bound.js';
import { SERVE_AGAIN_BOUND_MS, type CycleConfig } from './cycle-config.js';
import { replayedBytes } from './redo-of-log.js';
import { faultStatuses, runRound, type ClientStream, type RoundOutcome } from './round.js';
import { struckPlaces } from './struck-places.js';
import { eventually } from './time.js';
import { concludeAfterRecovery, readAfterRecovery } from './verify.js';

export interface CycleOptions {
  readonly factory: TargetFactory;
  /** An empty directory for this cycle, removed by the caller. */
  readonly directory: string;
  readonly preload: readonly string[];
}

export interface CycleResult {
  readonly config: CycleConfig;
  /** The configuration with every random moment replaced by exact calls. */
  readonly exactConfig: CycleConfig;
  readonly violations: readonly Violation[];
  /** Round of the first violation, from 0. */
  readonly round: number;
  readonly faults: readonly FaultStatus[];
  /** Rounds that the harness had to end itself, since no kill of the plan fired. */
  readonly endedByHarness: number;
  readonly crashes: number;
  readonly commits: { readonly acknowledged: number; readonly unknown: number; readonly failed: number };
  readonly elapsedMs: number;
  readonly observed: Observed;
  readonly history: History;
  /** Where every process stood when the last round ended. */
  readonly reached: readonly ProcessTrace[];
  /** Calls and client events that there were, in all rounds. */
  readonly events: number;
  /** The log around what was violated, decoded; a line of text each. */
  readonly wal: readonly string[];
  /** The end of the target's log, when something was violated. */
  readonly log: string;
}

/** Runs one cycle. Throws only when the harness could not do its job: the target could not be made or first started. */
export async function runCycle(config: CycleConfig, options: CycleOptions): Promise<CycleResult> {
  const { directory, preload, factory } = options;
  const { settings, walSegmentMegabytes, firstXid } = config;
  const target = factory.create({ directory, preload, settings, walSegmentMegabytes, firstXid });
  try {
    await target.prepare();
    await target.start();
    await target.whenServing(SERVE_AGAIN_BOUND_MS, async () => {});
    return await new Cycle(config, target, directory).run();
  } finally {
    await target.dispose();
  }
}

class Cycle {
  private readonly started = performance.now();
  private readonly history = new History();
  private readonly workload: Workload;
  private readonly shape: Shape;
  private readonly streams: ClientStream[];
  private readonly memory = emptyMemory();
  private readonly violations: Violation[] = [];
  private readonly faults: FaultStatus[] = [];
  private readonly exactRounds: CycleConfig['rounds'][number][] = [];
  private readonly observations = new Observations();
  private endedByHarness = 0;
  private reached: readonly ProcessTrace[] = [];
  /** Of the target's log, when the round began. */
  private logLength = 0;

  constructor(
    private readonly config: CycleConfig,
    private readonly target: Target,
    private readonly directory: string,
  ) {
    this.workload = workloadNamed(config.workload);
    this.shape = {
      clients: Math.max(...config.clients),
      asyncShare: config.asyncShare,
      rollbackShare: config.rollbackShare,
    };
    const length = config.transactionsPerRound * config.rounds.length;
    this.streams = config.clients.map((client) => ({
      client,
      next: 0,
      planned: drawStream(this.workload, this.shape, config.seed, client, length),
    }));
  }

  async run(): Promise<CycleResult> {
    let round = 0;
    for (; round < this.config.rounds.length && this.violations.length === 0; round++) await this.runRound(round);
    if (this.violations.length === 0) await this.conclude(round - 1);
    if (this.violations.length === 0) await this.stopAndLook(round - 1);
    return this.result(round - 1);
  }

  private async runRound(round: number): Promise<void> {
    const { config, target, workload, history, streams } = this;
    const setup = workload.setup(this.shape);
    this.logLength = target.log().length;
    const outcome = await runRound({ round, config, target, workload, history, streams, setup });
    if (outcome.endedByHarness) this.endedByHarness++;
    this.reached = outcome.reached;
    const plan = config.rounds[round].faults.map(parseFault);
    await this.lookAtCrashedFiles(round, outcome.endedByHarness);
    const copy = await this.copyOfCrashedFiles(round);
    const contents = await this.recover(round, plan, outcome);
    this.exactRounds.push({ ...config.rounds[round], faults: outcome.exactPlan.map(printFault) });
    if (contents) this.examine(round, contents);
    if (copy) await this.compareWithCopy(copy, contents);
    if (this.violations.length === 0) await this.jump(round);
  }

  /** After a kill of everything the files stand still; otherwise the postmaster is recovering already. */
  private async lookAtCrashedFiles(round: number, endedByHarness: boolean): Promise<void> {
    const killedAll = this.target.trace
      .statuses()
      .some(({ fault, fired }) => fired && isKill(fault) && fault.victims === 'all');
    if (!endedByHarness && !killedAll) return;
    if (!(await eventually(2000, () => !this.target.isRunning()))) return;
    if (await eventually(2000, () => this.target.hasEnded())) this.look(round, 'crashed');
    else this.accuse(noLeftovers(this.target.leftovers()));
  }

  private async copyOfCrashedFiles(round: number): Promise<Target | undefined> {
    if (!this.config.recoverTwice || !this.target.hasEnded()) return undefined;
    return this.target.copy(`${this.directory}/copy-${round}`);
  }

  /**
   * The plan's faults may strike until the target serves, and no longer: one that fell between the reading and the stop
   * would make a cluster that was killed pass for one that was stopped.
   */
  private async recover(round: number, plan: readonly Fault[], outcome: RoundOutcome): Promise<Contents | undefined> {
    let isArmed = true;
    const disarm = (): void => {
      if (isArmed) this.noteRound(plan, outcome);
      if (isArmed) this.target.trace.arm([]);
      isArmed = false;
    };
    const onServing = (): void => {
      if (isArmed) this.noteRecovery();
      disarm();
    };
    this.observations.look('recovery');
    try {
      return await readAfterRecovery(this.target, this.workload, onServing);
    } catch (thrown) {
      this.accuse(servesAgain(SERVE_AGAIN_BOUND_MS, describeFailure(thrown as Error, round)));
      return undefined;
    } finally {
      disarm();
    }
  }

  private noteRecovery(): void {
    const ms = Math.round(performance.now() - this.history.crashes.at(-1)!.at);
    this.observations.recovered({ replayedBytes: replayedBytes(this.target.log().slice(this.logLength)), ms });
  }

  private noteRound(plan: readonly Fault[], { reached, endedByHarness }: RoundOutcome): void {
    const { target, observations } = this;
    const statuses = faultStatuses(target, plan);
    this.faults.push(...statuses);
    for (const [place, times] of Object.entries(target.trace.passes())) observations.pass(place, times);
    for (const place of struckPlaces(statuses, reached, endedByHarness)) observations.strike(place);
  }

  private examine(round: number, contents: Contents): void {
    this.observations.look('contents');
    const transactions = this.history.transactions;
    const examination = this.workload.examine(contents, transactions, this.shape);
    const evidence = { round, history: this.history, examination, asyncBoundMs: asyncBoundMs(this.config, round) };
    for (const { oracle, look } of allContentsOracles()) {
      if (look) this.observations.look(look);
      this.accuse(oracle(evidence));
    }
    this.settle(examination);
  }

  /** What this recovery showed is what every later one must show. */
  private settle({ presence }: Examination): void {
    for (const transaction of this.history.transactions) {
      const found = presence.get(transaction.tag);
      if (found) transaction.survived ??= isPresent(found);
    }
  }

  private async compareWithCopy(copy: Target, contents: Contents | undefined): Promise<void> {
    try {
      await copy.start();
      const second = await readAfterRecovery(copy, this.workload);
      if (contents) this.observations.look('second recovery');
      if (contents) this.accuse(compareRecoveries(contents, second));
    } catch (thrown) {
      this.accuse(servesAgain(SERVE_AGAIN_BOUND_MS, thrown as Error));
    } finally {
      await copy.dispose();
    }
  }

  /** Stopped properly, the target goes on with other transaction ids; what was there is still there. */
  private async jump(round: number): Promise<void> {
    const { target, config, memory } = this;
    const { jump } = config.rounds[round];
    if (jump === undefined || !target.advanceXid) return;
    try {
      await this.stopAndLook(round);
      const next = destinationOf(parseXidJump(jump), target.inspect().control(), xidMargins(config.settings));
      if (next !== undefined) target.advanceXid((memory.jumpedTo = next));
      this.examine(round, await readAfterRecovery(target, this.workload));
    } catch (thrown) {
      this.accuse(servesAgain(SERVE_AGAIN_BOUND_MS, describeFailure(thrown as Error, round)));
    }
  }

  /** Nobody goes on with what is open after the last round. */
  private async conclude(round: number): Promise<void> {
    try {
      this.accuse(await concludeAfterRecovery(this.target, this.workload));
    } catch (thrown) {
      this.accuse(servesAgain(SERVE_AGAIN_BOUND_MS, describeFailure(thrown as Error, round)));
    }
  }

  private async stopAndLook(round: number): Promise<void> {
    await this.target.stop('fast');
    await eventually(2000, () => this.target.hasEnded());
    this.look(round, 'stopped');
    this.observations.look('stop');
    this.accuse(noLeftovers(this.target.leftovers()));
    const second = this.target.secondOpinion();
    if (second) this.observations.look('second opinion');
    if (second) this.accuse(secondOpinion(second));
  }

  private look(round: number, moment: FilesEvidence['moment']): void {
    if (!this.target.abilities.inspection) return;
    this.observations.look('files');
    try {
      const evidence = this.filesEvidence(round, moment);
      for (const { oracle, look } of allFilesOracles()) {
        if (look) this.observations.look(look);
        this.accuse(oracle(evidence));
      }
    } catch (thrown) {
      this.accuse([
        {
          invariant: 'page-structure',
          promised: 'control file, log and pages can be read',
          found: (thrown as Error).message,
        },
      ]);
    }
  }

  private filesEvidence(round: number, moment: FilesEvidence['moment']): FilesEvidence {
    const inspection = this.target.inspect();
    const control = inspection.control();
    const { memory } = this;
    const isKept = memory.redo > 0 && memory.redo <= control.redo && inspection.oldestWal() <= memory.redo;
    const wal = inspection.wal(isKept ? memory.redo : control.redo);
    const [pages, horizons, indexes] = [inspection.pages(), inspection.horizons(), inspection.indexes()];
    const stopMargin = xidMargins(this.config.settings).stop;
    const fateOf = (xid: number): Fate => inspection.fateOf(xid);
    return { round, moment, control, wal, pages, horizons, indexes, fateOf, stopMargin, memory };
  }

  private walAround(violation: Violation): string[] {
    const { target } = this;
    return target.abilities.inspection ? target.inspect().logAround(positionNamed(violation)) : [];
  }

  private accuse(violations: readonly Violation[]): void {
    this.violations.push(...violations);
  }

  private result(round: number): CycleResult {
    const { config, history, violations } = this;
    return {
      config,
      exactConfig: { ...config, rounds: this.exactRounds },
      violations,
      round,
      faults: this.faults,
      endedByHarness: this.endedByHarness,
      crashes: history.crashes.length,
      commits: { acknowledged: history.count('ok'), unknown: history.count('unknown'), failed: history.count('fail') },
      elapsedMs: performance.now() - this.started,
      observed: this.observations.observed(),
      history,
      reached: this.reached,
      events: this.target.trace.sequence,
      wal: violations.length > 0 ? this.walAround(violations[0]) : [],
      log: violations.length > 0 ? this.target.log().slice(-8000) : '',
    };
  }
}

function describeFailure(failure: Error, round: number): Error {
  return new Error(`round ${round + 1}: ${failure.message}`, { cause: failure });
}
