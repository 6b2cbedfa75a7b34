import { crc32c } from '../../../engine/base/crc32c.js';
import { CrashSweep, type PendingChange } from '../../disks/crash-sweep.js';
import type { DiskModel } from '../../disks/disk-model.js';
import { parsePowerLoss, type PowerLoss } from '../../disks/print-crash.js';
import { profiles } from '../../disks/profiles.js';
import { materialise } from '../../disks/survivors.js';
import type { Volume } from '../../disks/volume.js';
import { historyAt } from '../../history/history-at.js';
import type { Violation } from '../../oracles/oracle.js';
import { replayImages } from '../../oracles/replay-images.js';
import { compareRecoveries } from '../../oracles/recovery-idempotence.js';
import type { StorageEvent } from '../../trace/storage-event.js';
import { judgePages, recoverAndRead, type RecoveryTools } from './judge-state.js';
import { judge } from './judgements.js';
import { recordRecovery } from './nested.js';
import type { ExactCrash } from './power-config.js';
import type { TracedRun } from './traced-run.js';

/** The disk a crash leaves, and what was on its way then. */
export interface CrashedDisk {
  readonly disk: Volume;
  readonly loss: PowerLoss;
  readonly pending: readonly PendingChange[];
  /** What was safe. */
  readonly image: Volume;
  readonly events: readonly StorageEvent[];
}

/** Thrown when a crash speaks of changes that are not on their way in this trace: it was made from another run. */
export class AnotherTrace extends Error {}

function crashDisk(base: Volume, events: readonly StorageEvent[], text: string, model: DiskModel): CrashedDisk {
  const loss = parsePowerLoss(text);
  const sweep = new CrashSweep(base, events, model);
  sweep.advanceTo(loss.at);
  const known = new Set(sweep.pending.map(({ event }) => event.start));
  for (const start of loss.survivors.keys()) {
    if (!known.has(start)) throw new AnotherTrace(`event ${start} is not on its way at +${loss.at}`);
  }
  const disk = materialise(sweep.image, sweep.pending, loss.survivors);
  return { disk, loss, pending: sweep.pending, image: sweep.image, events };
}

/** The disks after each crash, the last one being what is finally recovered. */
export async function crashDisks(run: TracedRun, tools: RecoveryTools, crash: ExactCrash): Promise<CrashedDisk[]> {
  const model = profiles[crash.profile];
  const disks: CrashedDisk[] = [];
  for (const text of crash.crashes) {
    const before = disks.at(-1)?.disk;
    const events = before ? await recordRecovery(tools, before) : run.events;
    disks.push(crashDisk(before ?? run.base, events, text, model));
  }
  return disks;
}

/** Makes exactly that crash on the run, recovers, and judges. */
export async function tryExactCrash(run: TracedRun, tools: RecoveryTools, crash: ExactCrash): Promise<Violation[]> {
  const disks = await crashDisks(run, tools, crash);
  const history = historyAt(run.history, disks[0].loss.at);
  const examine = (): boolean => disks.length === 1;
  const recovered = await recoverAndRead(tools, disks.at(-1)!.disk.fork(), { examine });
  if (recovered.failure) return [recovered.failure];
  const { loss, pending } = disks[0];
  const violations = [
    ...judge(recovered, history, run),
    ...(disks.length === 1 ? judgePages(tools, pending, loss.survivors, recovered) : []),
    ...(loss.at === run.endedAt ? replayImages(run.replayDifferences ?? []) : []),
  ];
  if (disks.length === 1) return violations;
  const first = await recoverAndRead(tools, disks[0].disk.fork());
  return [...violations, ...(first.contents ? compareRecoveries(first.contents, recovered.contents) : [])];
}

/** The same for two runs that did the same to the disk. */
export function traceDigest(events: readonly StorageEvent[]): number {
  let digest = 0;
  for (const event of events) {
    digest = crc32c(Buffer.from(`${event.start} ${event.process} ${event.kind} ${event.path}`), 0, undefined, digest);
    if (event.kind === 'write') digest = crc32c(event.data, 0, undefined, digest);
  }
  return digest;
}
