import type { Xid } from '../../base/xid.js';
import type { VacuumOutcome } from '../../access/vacuum/vacuum-request.js';
import type { ResourceUsage } from './resource-usage.js';
import type { VacuumOptions } from './vacuum-options.js';

/** A finished vacuum, for its report. */
export interface FinishedVacuum {
  /** `database.schema.table`. */
  readonly title: string;
  readonly outcome: VacuumOutcome;
  readonly isAggressive: boolean;
  readonly oldestXmin: Xid;
  readonly nextXid: Xid;
  /** By how many ids relfrozenxid advanced; undefined when it did not. */
  readonly advanced: number | undefined;
}

/** What VACUUM VERBOSE and the log say of a table's vacuum (vacuumlazy.c heap_vacuum_rel). */
export function vacuumReport(finished: FinishedVacuum, usage: ResourceUsage, { automatic }: VacuumOptions): string {
  const { outcome, oldestXmin, nextXid, advanced } = finished;
  return [
    `${titleOf(finished, automatic)}: index scans: ${outcome.indexScans}`,
    `pages: ${outcome.removedPages} removed, ${outcome.pages} remain, ${outcome.scannedPages} scanned (${share(outcome, outcome.scannedPages)} of total)`,
    `tuples: ${outcome.removedTuples} removed, ${outcome.remainingTuples} remain, ${outcome.recentlyDeadTuples} are dead but not yet removable`,
    ...missedLine(outcome),
    `removable cutoff: ${oldestXmin}, which was ${(nextXid - oldestXmin) | 0} XIDs old when operation ended`,
    ...(advanced === undefined
      ? []
      : [`new relfrozenxid: ${outcome.newRelFrozenXid}, which is ${advanced} XIDs ahead of previous value`]),
    deadItemsLine(outcome),
    ...indexLines(outcome),
    ...usage.lines(true),
  ].join('\n');
}

function titleOf({ title, isAggressive }: FinishedVacuum, automatic: VacuumOptions['automatic']): string {
  if (!automatic) return `finished vacuuming "${title}"`;
  const purpose = automatic === 'against wraparound' ? 'vacuum to prevent wraparound' : 'vacuum';
  return `automatic ${isAggressive ? 'aggressive ' : ''}${purpose} of table "${title}"`;
}

/** A part of the table's pages. */
function share({ pagesBefore }: VacuumOutcome, pages: number): string {
  return `${(pagesBefore === 0 ? 100 : (100 * pages) / pagesBefore).toFixed(2)}%`;
}

function missedLine({ missedDeadTuples, missedDeadPages }: VacuumOutcome): string[] {
  if (missedDeadTuples === 0) return [];
  return [
    `tuples missed: ${missedDeadTuples} dead from ${missedDeadPages} pages not removed due to cleanup lock contention`,
  ];
}

const INDEX_WORK: Record<VacuumOutcome['indexCleanup'], string> = {
  done: 'index scan needed',
  off: 'index scan bypassed',
  bypassed: 'index scan bypassed',
  failsafe: 'index scan bypassed by failsafe',
};

function deadItemsLine(outcome: VacuumOutcome): string {
  const { indexCleanup, indexScans, deadItemPages, deadItems } = outcome;
  const isDone = indexCleanup === 'done';
  const what = isDone && indexScans === 0 ? 'index scan not needed' : INDEX_WORK[indexCleanup];
  const items = `${deadItemPages} pages from table (${share(outcome, deadItemPages)} of total)`;
  return isDone
    ? `${what}: ${items} had ${deadItems} dead item identifiers removed`
    : `${what}: ${items} have ${deadItems} dead item identifiers`;
}

function indexLines({ indexes }: VacuumOutcome): string[] {
  return indexes.map(
    ({ name, stats }) =>
      `index "${name}": pages: ${stats.pages} in total, ${stats.newlyDeletedPages} newly deleted, ` +
      `${stats.deletedPages} currently deleted, ${stats.freePages} reusable`,
  );
}
