import type { SimulatedTarget } from '../../adapters/simulated-target.js';
import { sectorCount, type Survival } from '../../disks/survivors.js';
import { historyAt } from '../../history/history-at.js';
import type { Transaction } from '../../history/history.js';
import type { Violation } from '../../oracles/oracle.js';
import type { ChangeEvent, StorageEvent } from '../../trace/storage-event.js';
import { crashDisks, type CrashedDisk } from './exact-crash.js';
import type { RunConfig } from './power-config.js';
import type { PowerFailure } from './search.js';
import type { TracedRun } from './traced-run.js';

/** A failure as a person reads it: what was done, what the crash took, what the log says around it. Lines of text. */
export interface PowerStory {
  /** The transactions of the run up to the crash, and what their clients were told. */
  readonly operations: readonly string[];
  /** For each crash: what was lost or torn of the changes on their way. */
  readonly losses: readonly (readonly string[])[];
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
  const { transactions } = historyAt(run.history, disks[0].loss.at);
  return {
    operations: transactions.map((each) => describeOperation(each, run)),
    losses: disks.map(lossesOf),
    log: target.logAround(disks.at(-1)!.disk, positionNamed(violations[0])),
  };
}

/** Where in the log to look: the LSN of the page or record that is accused, or the one in the server's message. */
function positionNamed({ lsns, found }: Violation): number | undefined {
  const position = lsns?.page ?? lsns?.record;
  if (position !== undefined) return position;
  const [, high, low] = /\b([0-9A-F]+)\/([0-9A-F]{5,8})\b/.exec(found) ?? [];
  return low === undefined ? undefined : Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16);
}

function describeOperation(transaction: Transaction, { workload }: TracedRun): string {
  const { tag, effect, client, commits, outcome, endSequence, synchronous } = transaction;
  const statements = workload.statements(tag, effect, client).map(({ sql }) => shortened(sql));
  const told = !commits
    ? 'rolled back'
    : outcome === 'ok'
      ? `acknowledged #${endSequence}`
      : outcome === 'fail'
        ? 'not committed'
        : 'commit sent';
  return `${tag} ${statements.join('; ')}   ${synchronous ? '' : 'asynchronous, '}${told}`;
}

const LONGEST_STATEMENT = 90;

function shortened(sql: string): string {
  return sql.length > LONGEST_STATEMENT ? `${sql.slice(0, LONGEST_STATEMENT)}...` : sql;
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
  return sectors.length === 0
    ? 'none'
    : `${sectors[0]} to ${sectors.at(-1)}${sectors.length > 1 ? ', some between' : ''}`;
}

/** `#34 checkpointer write data/base/5/16384 at 8192, 8192 bytes` */
export function describeEvent(event: StorageEvent): string {
  const who = `#${event.start} ${event.process} ${event.kind}`;
  const path = event.path.replace(/^\/data\//, '');
  switch (event.kind) {
    case 'write':
      return `${who} ${path} at ${event.offset}, ${event.data.length} bytes`;
    case 'truncate':
      return `${who} ${path} to ${event.bytes} bytes`;
    case 'rename':
      return `${who} ${event.fromPath.replace(/^\/data\//, '')} to ${path}`;
    case 'sync':
      return `${who} of ${event.of} ${path}${event.failed ? ', failed' : ''}`;
    default:
      return `${who} ${path}`;
  }
}
