import type { RelationCounters } from '../../../access/statistics/counters.js';
import type { Settings } from '../../../base/settings/settings.js';
import { isNormalXid, xidBefore, xidPrecedes, type Xid } from '../../../base/xid.js';
import type { TableOptions } from './table-options.js';

/** What a table is judged by. */
export interface TableState {
  /** pg_class.relfrozenxid. */
  readonly frozenXid: Xid;
  /** pg_class.reltuples; -1 when not known yet. */
  readonly tuples: number;
  /** Undefined when nothing was counted of it yet. */
  readonly counters: Pick<RelationCounters, 'dead' | 'insertedSinceVacuum' | 'changedSinceAnalyze'> | undefined;
}

export interface TableNeeds {
  readonly vacuum: boolean;
  readonly analyze: boolean;
  readonly isAgainstWraparound: boolean;
}

const NOTHING: TableNeeds = { vacuum: false, analyze: false, isAgainstWraparound: false };

/**
 * Does the table need to be vacuumed or analysed (autovacuum.c relation_needs_vacanalyze)? With autovacuum off, and for
 * tables that refuse it, only against wraparound.
 */
export function tableNeeds(state: TableState, options: TableOptions, nextXid: Xid, settings: Settings): TableNeeds {
  const maxAge = Math.min(options.freezeMaxAge ?? Infinity, settings.get('autovacuum_freeze_max_age'));
  const isAgainstWraparound = isNormalXid(state.frozenXid) && xidPrecedes(state.frozenXid, xidBefore(nextXid, maxAge));
  if (!options.enabled && !isAgainstWraparound) return NOTHING;
  const { counters } = state;
  if (!counters || !settings.get('autovacuum')) {
    return { vacuum: isAgainstWraparound, analyze: false, isAgainstWraparound };
  }
  const tuples = Math.max(0, state.tuples);
  const exceeds = (count: number, [base, factor]: Threshold): boolean => count > base + factor * tuples;
  const insertThreshold = insertsOf(options, settings);
  return {
    vacuum:
      isAgainstWraparound ||
      exceeds(counters.dead, deadOf(options, settings)) ||
      (insertThreshold[0] >= 0 && exceeds(counters.insertedSinceVacuum, insertThreshold)),
    analyze: exceeds(counters.changedSinceAnalyze, changesOf(options, settings)),
    isAgainstWraparound,
  };
}

/** So many rows, and this part of the table's. */
type Threshold = readonly [base: number, factor: number];

function deadOf(options: TableOptions, settings: Settings): Threshold {
  return [
    options.vacuumThreshold ?? settings.get('autovacuum_vacuum_threshold'),
    options.vacuumScaleFactor ?? settings.get('autovacuum_vacuum_scale_factor'),
  ];
}

function insertsOf(options: TableOptions, settings: Settings): Threshold {
  return [
    options.insertThreshold ?? settings.get('autovacuum_vacuum_insert_threshold'),
    options.insertScaleFactor ?? settings.get('autovacuum_vacuum_insert_scale_factor'),
  ];
}

function changesOf(options: TableOptions, settings: Settings): Threshold {
  return [
    options.analyzeThreshold ?? settings.get('autovacuum_analyze_threshold'),
    options.analyzeScaleFactor ?? settings.get('autovacuum_analyze_scale_factor'),
  ];
}
