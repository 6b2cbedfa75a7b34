import type { RelFile } from '../../base/block.js';
import type { Notice } from '../../base/errors.js';
import type { Xid } from '../../base/xid.js';
import type { LockTag } from '../../storage/locks/lock-tag.js';
import type { FreezeBounds } from '../heap/freezing.js';
import type { VacuumCosts } from './cost-delay.js';

/** What an index looked like after a pass over it (access/genam.h IndexBulkDeleteResult). */
export interface IndexVacuumStats {
  readonly pages: number;
  readonly isEstimate: boolean;
  /** Entries left. */
  readonly entries: number;
  /** Entries removed, of all passes. */
  readonly removed: number;
  /** Pages this vacuum deleted, of all passes. */
  readonly newlyDeletedPages: number;
  readonly deletedPages: number;
  /** Of the deleted ones, those that may be used again. */
  readonly freePages: number;
}

/** An index of the table, as vacuum sees it. */
export interface VacuumedIndex {
  readonly name: string;
  /**
   * Removes the entries of dead line pointers. `before`: of the passes before this one. `onPage`: to be called between
   * pages, with none locked.
   */
  bulkDelete(
    isDead: (block: number, offset: number) => boolean,
    before: IndexVacuumStats | undefined,
    onPage: () => void,
  ): IndexVacuumStats;
  /** Once at the end, without `before` when nothing was to be removed; undefined when there was nothing to do. */
  cleanup(before: IndexVacuumStats | undefined, onPage: () => void): IndexVacuumStats | undefined;
}

/** Phases as pg_stat_progress_vacuum names them. */
export type VacuumPhase =
  | 'scanning heap'
  | 'vacuuming indexes'
  | 'vacuuming heap'
  | 'cleaning up indexes'
  | 'truncating heap'
  | 'performing final cleanup';

/** Columns of pg_stat_progress_vacuum. */
export type VacuumCounter =
  | 'heap_blks_total'
  | 'heap_blks_scanned'
  | 'heap_blks_vacuumed'
  | 'index_vacuum_count'
  | 'max_dead_tuples'
  | 'num_dead_tuples';

export interface VacuumProgress {
  phase(phase: VacuumPhase): void;
  count(counter: VacuumCounter, value: number): void;
}

export interface VacuumRequest extends FreezeBounds {
  readonly file: RelFile;
  /** For messages. */
  readonly name: string;
  /** The table's lock, of which the caller holds ShareUpdateExclusive; for cutting the file AccessExclusive is tried. */
  readonly lock: LockTag;
  readonly indexes: readonly VacuumedIndex[];
  /** Visit every page that may hold an id to freeze. */
  readonly isAggressive: boolean;
  /** False for DISABLE_PAGE_SKIPPING: the visibility map is not believed. */
  readonly usesMap: boolean;
  /** `auto`: index passes may be left out when there is hardly anything to remove. */
  readonly indexCleanup: 'auto' | 'on' | 'off';
  /** Whether an empty end of the table may be cut off. Nobody may read the table without a lock on it then. */
  readonly truncates: boolean;
  /** What pg_class says. */
  readonly before: { readonly pages: number; readonly tuples: number };
  /** maintenance_work_mem. */
  readonly workMemoryBytes: number;
  readonly costs: () => VacuumCosts;
  /** Is the table so near to wraparound that all but freezing is to be dropped? Asked now and then. */
  readonly isFailsafeDue: () => boolean;
  readonly progress: VacuumProgress;
  readonly notice: (notice: Notice) => void;
}

/** Of one index: as VACUUM VERBOSE tells it. */
export interface IndexOutcome {
  readonly name: string;
  readonly stats: IndexVacuumStats;
}

/** What a vacuum did and found: for pg_class, the statistics, and the text of VACUUM VERBOSE. */
export interface VacuumOutcome {
  /** pg_class.relpages, reltuples, relallvisible. */
  readonly pages: number;
  readonly liveTuples: number;
  readonly allVisiblePages: number;
  /** The new relfrozenxid; undefined when pages were left out that may hold older ids. */
  readonly newRelFrozenXid: Xid | undefined;
  readonly pagesBefore: number;
  readonly removedPages: number;
  readonly scannedPages: number;
  readonly removedTuples: number;
  /** Live, and dead that had to stay. */
  readonly remainingTuples: number;
  readonly recentlyDeadTuples: number;
  /** Dead, and left because others had the page pinned. */
  readonly missedDeadTuples: number;
  readonly missedDeadPages: number;
  /** Pages with stubs, and the stubs. */
  readonly deadItemPages: number;
  readonly deadItems: number;
  readonly indexScans: number;
  /** Why stubs were left where they are, if they were. */
  readonly indexCleanup: 'done' | 'off' | 'bypassed' | 'failsafe';
  readonly indexes: readonly IndexOutcome[];
}
