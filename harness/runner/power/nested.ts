import { CrashSweep } from '../../disks/crash-sweep.js';
import { diskIdentity } from '../../disks/disk-identity.js';
import type { DiskModel } from '../../disks/disk-model.js';
import { drawSurvivors } from '../../disks/draw-survivors.js';
import { printPowerLoss } from '../../disks/print-crash.js';
import { materialise } from '../../disks/survivors.js';
import type { Volume } from '../../disks/volume.js';
import { compareRecoveries } from '../../oracles/recovery-idempotence.js';
import type { Violation } from '../../oracles/oracle.js';
import type { SeededRandom } from '../../schedulers/seeded-random.js';
import { placesOf, type Place } from '../../results/place.js';
import type { StorageAct, StorageEvent } from '../../trace/storage-event.js';
import type { Contents } from '../../workloads/workload.js';
import { drawCrashPoints, everyCrashPoint } from './crash-points.js';
import type { KnownDisks } from './known-disks.js';
import { recoverAndRead, type Recovered, type RecoveryTools } from './judge-state.js';

/** A disk left by a crash inside a recovery, and what the next recovery made of it. */
export interface NestedCrash {
  /** 1: a crash of the first recovery. */
  readonly depth: number;
  readonly recovered: Recovered;
  /** No crash left this disk before. */
  readonly isNew: boolean;
  /** The crashes inside recoveries, outermost first. */
  readonly path: readonly string[];
  /** Where in the recovery it fell. */
  readonly place: Place | undefined;
}

export interface NestedTools {
  readonly tools: RecoveryTools;
  readonly disks: KnownDisks;
  readonly model: DiskModel;
  readonly random: SeededRandom;
  /** What recovery gave without a crash in it. */
  readonly first: Contents;
  /** Crash at every I/O of the recovery, instead of at some; and not of those that follow. */
  readonly everyPoint?: boolean;
  /** Told of every one; true when it is enough. */
  readonly onCrash: (crash: NestedCrash) => boolean;
}

/** At how many moments one recovery is crashed when not at all of them. */
const POINTS = 3;

/**
 * Crashes the recovery of `disk` at moments of its I/O, and the recoveries from those, down to `depth`: each must come to
 * what the uninterrupted one gave.
 */
export async function crashInRecovery(
  nested: NestedTools,
  disk: Volume,
  depth: number,
  path: readonly string[] = [],
): Promise<{ violations: Violation[]; path: readonly string[] } | undefined> {
  const { tools, disks, model, random, first, everyPoint, onCrash } = nested;
  const events = await recordRecovery(tools, disk);
  const places = placesOf(events);
  const sweep = new CrashSweep(disk, events, model);
  const last = events.length * 2;
  const points = everyPoint ? everyCrashPoint(events, 1, last) : drawCrashPoints(random, events, POINTS, 1, last);
  for (const at of points) {
    sweep.advanceTo(at);
    const survivors = drawSurvivors(random, sweep.image, sweep.pending, model);
    const left = materialise(sweep.image, sweep.pending, survivors);
    const inside = [...path, printPowerLoss({ at, survivors })];
    const { recovered, isNew } = await disks.visit(diskIdentity(left), () => left.fork());
    const crash = { depth: inside.length, recovered, isNew, path: inside, place: places.get(at) };
    if (onCrash(crash) || !recovered.contents) return undefined;
    const violations = compareRecoveries(first, recovered.contents);
    if (violations.length > 0) return { violations, path: inside };
    if (inside.length < depth && !everyPoint) {
      const deeper = await crashInRecovery(nested, left, depth, inside);
      if (deeper) return deeper;
    }
  }
  return undefined;
}

/** The changes and syncs of one recovery, which the disk itself is spared. */
export async function recordRecovery(tools: RecoveryTools, disk: Volume): Promise<StorageEvent[]> {
  const events: StorageEvent[] = [];
  const observe = (act: StorageAct): void => {
    const start = 2 * events.length + 1;
    events.push({ ...act, process: 'startup', start, end: start + 1 } as StorageEvent);
  };
  await recoverAndRead(tools, disk.fork(), { observe });
  return events;
}
