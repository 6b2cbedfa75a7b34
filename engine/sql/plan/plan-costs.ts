import type { SettingName } from '../../base/settings/settings-table.js';
import type { Settings } from '../../base/settings/settings.js';

/** What plans are weighed by (optimizer/cost.h): the settings of the session. */
export interface PlanCosts {
  readonly seqPage: number;
  readonly randomPage: number;
  readonly cpuTuple: number;
  readonly cpuIndexTuple: number;
  readonly cpuOperator: number;
  readonly cachePages: number;
  readonly enabled: {
    readonly seqScan: boolean;
    readonly indexScan: boolean;
    readonly indexOnlyScan: boolean;
    readonly bitmapScan: boolean;
    readonly hashJoin: boolean;
    readonly nestedLoop: boolean;
    readonly sort: boolean;
  };
}

/** What a way that is switched off costs more: it is still taken when there is no other. */
export const DISABLED = 1e10;

/** The settings that weigh plans. */
export const planningSettings: ReadonlySet<SettingName> = new Set([
  'seq_page_cost',
  'random_page_cost',
  'cpu_tuple_cost',
  'cpu_index_tuple_cost',
  'cpu_operator_cost',
  'effective_cache_size',
  'enable_seqscan',
  'enable_indexscan',
  'enable_indexonlyscan',
  'enable_bitmapscan',
  'enable_hashjoin',
  'enable_nestloop',
  'enable_sort',
]);

export function planCosts(settings: Settings): PlanCosts {
  return {
    seqPage: settings.get('seq_page_cost'),
    randomPage: settings.get('random_page_cost'),
    cpuTuple: settings.get('cpu_tuple_cost'),
    cpuIndexTuple: settings.get('cpu_index_tuple_cost'),
    cpuOperator: settings.get('cpu_operator_cost'),
    cachePages: settings.get('effective_cache_size'),
    enabled: {
      seqScan: settings.get('enable_seqscan'),
      indexScan: settings.get('enable_indexscan'),
      indexOnlyScan: settings.get('enable_indexonlyscan'),
      bitmapScan: settings.get('enable_bitmapscan'),
      hashJoin: settings.get('enable_hashjoin'),
      nestedLoop: settings.get('enable_nestloop'),
      sort: settings.get('enable_sort'),
    },
  };
}

/** What a way to get rows is thought to cost: until the first row, and in all. */
export interface Estimate {
  readonly startup: number;
  readonly total: number;
  readonly rows: number;
}

/** At least one, and whole (costsize.c clamp_row_est). */
export function clampRows(rows: number): number {
  return rows <= 1 ? 1 : Math.round(rows);
}

const FUZZ = 1.01;

/**
 * Negative when `a` is to be preferred. Estimates within a hundredth of each other count as equal in total cost; then
 * the cost until the first row decides, then anything (optimizer/util/pathnode.c compare_path_costs_fuzzily).
 */
export function compareEstimates(a: Estimate, b: Estimate): number {
  const byTotal = compareFuzzily(a.total, b.total);
  if (byTotal !== 0) return byTotal;
  const byStartup = compareFuzzily(a.startup, b.startup);
  return byStartup !== 0 ? byStartup : a.total - b.total;
}

function compareFuzzily(a: number, b: number): number {
  if (a > b * FUZZ) return 1;
  return b > a * FUZZ ? -1 : 0;
}
