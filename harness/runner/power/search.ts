import type { SimulatedTarget } from '../../adapters/simulated-target.js';
import { CrashSweep } from '../../disks/crash-sweep.js';
import { diskIdentity } from '../../disks/disk-identity.js';
import type { DiskModel } from '../../disks/disk-model.js';
import { drawSurvivors } from '../../disks/draw-survivors.js';
import { everySurvivorSet } from '../../disks/every-survivor-set.js';
import { printPowerLoss } from '../../disks/print-crash.js';
import { profiles } from '../../disks/profiles.js';
import { stateKey } from '../../disks/state-key.js';
import type { Volume } from '../../disks/volume.js';
import { materialise, type Survival, type Survivors } from '../../disks/survivors.js';
import type { History } from '../../history/history.js';
import { HistorySweep, historyAt } from '../../history/history-at.js';
import type { Look } from '../../oracles/looks.js';
import { allContentsOracles, allFilesOracles } from '../../oracles/oracle-table.js';
import type { Invariant, Violation } from '../../oracles/oracle.js';
import { replayImages } from '../../oracles/replay-images.js';
import { SeededRandom } from '../../schedulers/seeded-random.js';
import type { Observed } from '../../results/cycle-record.js';
import { Observations } from '../../results/observations.js';
import { placeOfEvent, placesOf, type Place } from '../../results/place.js';
import { deriveSeed } from '../../workloads/derive-seed.js';
import { drawCrashPoints, everyCrashPoint } from './crash-points.js';
import { judgePages, type Recovered, type RecoveryTools } from './judge-state.js';
import { Judgements } from './judgements.js';
import { KnownDisks } from './known-disks.js';
import { crashInRecovery, type NestedCrash } from './nested.js';
import type { ExactCrash, RunConfig, Search } from './power-config.js';
import type { TracedRun } from './traced-run.js';

/** A crash after which something promised was gone. */
export interface PowerFailure {
  readonly crash: ExactCrash;
  readonly violations: readonly Violation[];
}

export interface SearchResult {
  /** Crashes tried: moments, each with what survived. Many leave the same disk. */
  readonly powerCuts: number;
  /** Different disks recovered and checked. */
  readonly crashStates: number;
  /** Of these, disks left by a crash inside a recovery, by depth; the first is depth 1, a crash of a first recovery. */
  readonly nestedStates: readonly number[];
  readonly observed: Observed;
  readonly failure: PowerFailure | undefined;
}

export interface SearchOptions {
  readonly config: RunConfig;
  readonly search: Search;
  readonly target: SimulatedTarget;
  /** Only failures of this invariant count. */
  readonly wanted?: Invariant;
  /** Asked between states. */
  readonly isOver?: () => boolean;
  readonly onState?: () => void;
}

/**
 * One state in so many is also stopped properly, and its files looked into; and of those whose log ends where no other's did,
 * in the middle of something perhaps, one in fewer: the first ends tell most, and looking costs more than recovering.
 */
const FILES_EVERY = 40;
const FILES_EVERY_NEW_END = 3;
const NEW_ENDS = 12;
/** Of so many recoveries the time of one is kept. */
const TIMED_EVERY = 40;
/** Of the recoveries that are crashed, how many are at every I/O they make. */
const EVERY_POINT_CHANCE = 0.1;

/** Tries crash states of a run until one fails, or all that were asked for have been tried. */
export async function searchRun(run: TracedRun, options: SearchOptions): Promise<SearchResult> {
  return new RunSearch(run, options).search();
}

/** What every state of one moment of one sweep is judged against. */
interface Moment {
  readonly model: DiskModel;
  readonly sweep: CrashSweep;
  readonly at: number;
  readonly history: History;
}

class RunSearch {
  private powerCuts = 0;
  private states = 0;
  /** Of these, the ones that no recovery left. */
  private plainStates = 0;
  /** Where the first logs ended. */
  private readonly ends = new Set<number>();
  private readonly nested: number[] = [];
  private failure: PowerFailure | undefined;
  private readonly observations = new Observations();
  private readonly places: ReadonlyMap<number, Place>;
  private readonly contentsLooks: readonly Look[] = [
    'contents',
    ...allContentsOracles().flatMap(({ look = [] }) => look),
  ];
  private readonly filesLooks: readonly Look[] = ['files', ...allFilesOracles().flatMap(({ look = [] }) => look)];
  private readonly tools: RecoveryTools;
  private readonly disks: KnownDisks;
  private readonly judgements: Judgements;
  /** Identities of the disks of the present sweep, by their names. */
  private readonly identities = new Map<string, string>();

  constructor(
    private readonly run: TracedRun,
    private readonly options: SearchOptions,
  ) {
    const { target, config } = options;
    this.tools = { target, settings: config.settings, workload: run.workload, jumpedTo: run.jumpedTo };
    this.disks = new KnownDisks(this.tools);
    this.judgements = new Judgements(run);
    this.places = placesOf(run.events);
  }

  async search(): Promise<SearchResult> {
    const { run, observations } = this;
    for (const event of run.events) if (event.start > run.readyAt) observations.pass(placeOfEvent(event));
    if (!this.isExhaustive) await this.tryEnd();
    for (const name of this.options.search.profiles) {
      if (!this.isOver()) await this.searchModel(profiles[name]);
    }
    if (this.failure === undefined) this.compareReplay();
    const { powerCuts, states, nested, failure } = this;
    const observed = observations.observed();
    return { powerCuts, crashStates: states, nestedStates: nested, observed, failure };
  }

  /** What the run did wrong whatever the disk: the crash that loses nothing, at the very end. */
  private async tryEnd(): Promise<void> {
    const { moment, survivors } = this.end();
    await this.tryState(moment, survivors, new SeededRandom(deriveSeed(this.options.config.seed, 'crashes', 'end')));
  }

  /** The same for every disk. What loses rows has been accused of that. */
  private compareReplay(): void {
    if (this.run.replayDifferences) this.observations.look('replay');
    const violations = replayImages(this.run.replayDifferences ?? []);
    if (violations.length === 0) return;
    const { moment, survivors } = this.end();
    this.accuse(moment, survivors, [], violations);
  }

  private end(): { moment: Moment; survivors: Survivors } {
    const model = profiles[this.options.search.profiles[0]];
    const { base, events, history, endedAt } = this.run;
    const sweep = new CrashSweep(base, events, model);
    sweep.advanceTo(endedAt);
    const moment = { model, sweep, at: endedAt, history: historyAt(history, endedAt) };
    return { moment, survivors: everything(sweep) };
  }

  private isOver(): boolean {
    return this.failure !== undefined || (this.options.isOver?.() ?? false);
  }

  private async searchModel(model: DiskModel): Promise<void> {
    const { run, options } = this;
    const random = new SeededRandom(deriveSeed(options.config.seed, 'crashes', model.name));
    const points = this.isExhaustive
      ? everyCrashPoint(run.events, run.readyAt, run.endedAt)
      : drawCrashPoints(random, run.events, options.search.points, run.readyAt, run.endedAt);
    const sweep = new CrashSweep(run.base, run.events, model);
    this.identities.clear();
    const history = new HistorySweep(run.history);
    for (const at of points) {
      sweep.advanceTo(at);
      history.advanceTo(at);
      const moment = { model, sweep, at, history: history.now };
      for (const survivors of this.survivorSets(random, moment)) {
        if (this.isOver()) return;
        await this.tryState(moment, survivors, random);
      }
    }
  }

  private get isExhaustive(): boolean {
    return this.options.search.exhaustive !== undefined;
  }

  private *survivorSets(random: SeededRandom, moment: Moment): Generator<Survivors> {
    const { exhaustive, survivorSets } = this.options.search;
    const { sweep, model } = moment;
    if (exhaustive) yield* everySurvivorSet(sweep.pending, model, exhaustive.differing);
    else for (let set = 0; set < survivorSets; set++) yield this.survivors(random, moment, set);
  }

  /** Nothing and everything first: the two that lose most and least. */
  private survivors(random: SeededRandom, { sweep, model }: Moment, set: number): Survivors {
    if (set === 0) return new Map();
    if (set === 1) return everything(sweep);
    return drawSurvivors(random, sweep.image, sweep.pending, model);
  }

  private async tryState(moment: Moment, survivors: Survivors, random: SeededRandom): Promise<void> {
    const { sweep } = moment;
    this.powerCuts++;
    let made: Volume | undefined;
    const disk = (): Volume => (made ??= materialise(sweep.image, sweep.pending, survivors));
    const identity = this.identify(moment, survivors, disk);
    const { recovered, isNew } = await this.disks.visit(identity, disk, this.isWorthALook);
    if (isNew) this.count(recovered);
    this.note(recovered, this.places.get(moment.at));
    this.observations.look('survivors');
    this.accuse(
      moment,
      survivors,
      [],
      [
        ...this.judgements.judge(recovered, moment.history),
        ...judgePages(this.tools, sweep.pending, survivors, recovered),
      ],
    );
    const isNestedTurn = isNew && this.plainStates++ % this.options.search.nestedEvery === 0;
    if (isNestedTurn && this.failure === undefined) await this.crashInRecovery(moment, survivors, recovered, random);
  }

  private readonly isWorthALook = (endOfLog: number): boolean => {
    const isNewEnd = this.ends.size < NEW_ENDS && !this.ends.has(endOfLog);
    if (isNewEnd) this.ends.add(endOfLog);
    const isWorthIt = this.states % FILES_EVERY === 0 || (isNewEnd && this.ends.size % FILES_EVERY_NEW_END === 1);
    if (isWorthIt) for (const look of this.filesLooks) this.observations.look(look);
    return isWorthIt;
  };

  /** The disk's identity, for which it need not be made where the same survivors were drawn before. */
  private identify({ sweep }: Moment, survivors: Survivors, disk: () => Volume): string {
    const key = stateKey(sweep.version, sweep.pending, survivors);
    let identity = this.identities.get(key);
    if (identity === undefined) this.identities.set(key, (identity = diskIdentity(disk())));
    return identity;
  }

  private count({ time }: Recovered): void {
    this.observations.look('recovery');
    if (time && this.states % TIMED_EVERY === 0) this.observations.recovered(time);
    this.states++;
    this.options.onState?.();
  }

  /** A crash at `place` left something to be judged. */
  private note({ contents }: Recovered, place: Place | undefined): void {
    if (contents) for (const look of this.contentsLooks) this.observations.look(look);
    if (place !== undefined) this.observations.strike(place);
  }

  private async crashInRecovery(
    moment: Moment,
    survivors: Survivors,
    first: Recovered,
    random: SeededRandom,
  ): Promise<void> {
    const { sweep, model } = moment;
    const { nestedDepth } = this.options.search;
    if (nestedDepth === 0 || !first.contents) return;
    const disk = materialise(sweep.image, sweep.pending, survivors);
    const onCrash = ({ depth, recovered, isNew, path, place }: NestedCrash): boolean => {
      this.powerCuts++;
      this.nested[depth - 1] = (this.nested[depth - 1] ?? 0) + (isNew ? 1 : 0);
      if (isNew) this.count(recovered);
      this.note(recovered, place);
      if (recovered.contents) this.observations.look('second recovery');
      this.accuse(moment, survivors, path, this.judgements.judge(recovered, moment.history));
      return this.isOver();
    };
    const violations = await crashInRecovery(
      {
        tools: this.tools,
        disks: this.disks,
        model,
        random,
        first: first.contents,
        everyPoint: random.chance(EVERY_POINT_CHANCE),
        onCrash,
      },
      disk,
      nestedDepth,
    );
    if (violations) this.accuse(moment, survivors, violations.path, violations.violations);
  }

  private accuse(
    { model, at }: Pick<Moment, 'model' | 'at'>,
    survivors: Survivors,
    inside: readonly string[],
    violations: readonly Violation[],
  ): void {
    const { wanted } = this.options;
    if (violations.length === 0 || this.failure) return;
    if (wanted && !violations.some(({ invariant }) => invariant === wanted)) return;
    const crashes = [printPowerLoss({ at, survivors }), ...inside];
    this.failure = { crash: { profile: model.name, crashes }, violations };
  }
}

function everything({ pending }: CrashSweep): Survivors {
  return new Map(pending.map(({ event }): [number, Survival] => [event.start, 'whole']));
}
