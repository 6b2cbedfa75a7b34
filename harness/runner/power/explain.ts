import type { SimulatedTarget } from '../../adapters/simulated-target.js';
import { sectorCount, type Survival } from '../../disks/survivors.js';
import { historyAt } from '../../history/history-at.js';
import type { Transaction } from '../../history/history.js';
import { positionNamed } from '../../oracles/position-named.js';
import type { PendingAccount, Timeline } from '../../results/failure-account.js';
import type { ChangeEvent } from '../../trace/storage-event.js';
import { describeEvent } from './describe-event.js';
import { crashDisks, type CrashedDisk } from './exact-crash.js';
import { pendingAccounts } from './pending-accounts.js';
import type { RunConfig } from './power-config.js';
import { powerTimeline } from './power-timeline.js';
import type { PowerFailure } from './search.js';
import type { TracedRun } from './traced-run.js';

/** A failure as a person reads it: what was done, what the crash took, what the log says around it. Lines of text. */
export interface PowerStory {
  /** The transactions of the run up to the crash, and what their clients were told. */
  readonly operations: readonly string[];
  /** For each crash: what was lost or torn of the changes on their way. */
  readonly losses: readonly (readonly string[])[];
  /** The same for reports, and what led to each crash. */
  readonly changes: readonly (readonly PendingAccount[])[];
  readonly timelines: readonly Timeline[];
  /** Records of the log on the disk that the crash left: around the position that the violation names, or the last. */
  readonly log: readonly string[];
}

export async function explain(
  run: TracedRun,
  config: RunConfig,
  { crash, violations }: Pick<PowerFailure, 'crash' | 'violations'>,
  target: SimulatedTarget,
): Promise<PowerStory> {
  const tools = { target, settings: config.settings, workload: run.workload, jumpedTo: run.jumpedTo };
  const disks = await crashDisks(run, tools, crash);
  const history = historyAt(run.history, disks[0].loss.at);
  return {
    operations: history.transactions.map((each) => describeOperation(each, run)),
    losses: disks.map(lossesOf),
    changes: disks.map((disk) => pendingAccounts(disk, target)),
    timelines: disks.map((disk, depth) => powerTimeline(disk, depth, depth === 0 ? history : undefined)),
    log: target.inspect(disks.at(-1)!.disk).logAround(positionNamed(violations[0])),
  };
}

function describeOperation(transaction: Transaction, { workload }: TracedRun): string {
  const { tag, effect, client, commits, outcome, endSequence, synchronous } = transaction;
  const statements = workload.statements(tag, effect, client).map(({ sql }) => shortened(sql, LONGEST_STATEMENT));
  const told = !commits
    ? 'rolled back'
    : outcome === 'ok'
      ? `acknowledged #${endSequence}`
      : outcome === 'fail'
        ? 'not committed'
        : 'commit sent';
  return `${tag} ${shortened(statements.join('; '), LONGEST_OPERATION)}   ${synchronous ? '' : 'asynchronous, '}${told}`;
}

const LONGEST_STATEMENT = 90;
const LONGEST_OPERATION = 140;

function shortened(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}

function lossesOf({ pending, loss }: CrashedDisk): string[] {
  const lines = pending.flatMap(({ event, isForgotten }) => {
    const survival = loss.survivors.get(event.start);
    if (survival === 'whole') return [];
    return [`${describeLoss(event, survival)}${isForgotten ? ', forgotten by a sync that failed' : ''}`];
  });
  return lines.length > 0 ? lines : ['nothing was lost'];
}

function describeLoss(event: ChangeEvent, survival: Survival | undefined): string {
  const what = describeEvent(event);
  if (survival === undefined) return `lost  ${what}`;
  if (typeof survival === 'string')
    return `torn  ${what}: only the ${survival === 'size' ? 'size' : 'new name, beside the old one,'} survived`;
  const sectors = event.kind === 'write' ? sectorCount(event) : 0;
  return `torn  ${what}: ${survival.length} of ${sectors} sectors survived (${ranges(survival)})`;
}

function ranges(sectors: readonly number[]): string {
  const [first, last = first] = [sectors[0], sectors.at(-1)];
  if (first === undefined || last === undefined) return 'none';
  if (first === last) return `${first}`;
  return `${first} to ${last}${last - first + 1 === sectors.length ? '' : ', some between'}`;
}
