import type { Expression } from '../analyse/expression.js';
import type { TableIndex } from '../catalog/table-index.js';
import type { SqlArray } from '../types/array/sql-array.js';
import { boundsOf } from './index-bounds.js';
import type { IndexClause } from './index-clauses.js';
import { clampRows, DISABLED, type Estimate, type PlanCosts } from './plan-costs.js';
import { operatorCount, selectivityOf, type Counted } from './selectivity.js';
import type { TableSize } from './table-size.js';

/** What reading through an index is weighed with. */
export interface IndexUse {
  readonly costs: PlanCosts;
  readonly table: Counted;
  readonly size: TableSize;
  readonly index: TableIndex;
  /** Pages of the index's file. */
  readonly indexPages: number;
  readonly clauses: readonly IndexClause[];
  /** Conditions that the index cannot answer. */
  readonly others: readonly Expression[];
  /** How often the scan is run, by a nested loop around it. */
  readonly loops: number;
}

/** The index's own part of the work (selfuncs.c btcostestimate, genericcostestimate). */
interface IndexWork {
  readonly startup: number;
  readonly total: number;
  /** The part of the table that the entries found are for. */
  readonly selectivity: number;
}

const PAGE_DESCENT_OPERATORS = 50;
/** Downlinks of an inner page, about: the height of a tree is told from its size. */
const FANOUT = 280;

function indexWork({ costs, table, size, index, indexPages, clauses, loops }: IndexUse): IndexWork {
  const bounds = boundsOf(index, clauses);
  const lists = bounds.equal.filter(({ operator }) => operator === 'any');
  const scans = lists.reduce((product, { operand }) => product * elementCount(operand), 1);
  const selectivity = selectivityOf(
    clauses.map(({ condition }) => condition),
    table,
  );
  const isOneRow =
    index.isUnique &&
    bounds.equal.length === index.keys.length &&
    bounds.equal.every(({ operator }) => operator === '=');
  const bounding = selectivityOf(
    [...bounds.equal, ...bounds.range].map(({ condition }) => condition),
    table,
  );
  const entries = isOneRow ? 1 : Math.max(1, Math.min(size.tuples, Math.round((bounding * size.tuples) / scans)));
  const pagesPerScan =
    indexPages > 1 && size.tuples > 1 ? Math.ceil((entries * indexPages) / Math.max(size.tuples, 1)) : 1;
  const allScans = scans * loops;
  const pages =
    allScans > 1 ? pagesFetched(pagesPerScan * allScans, indexPages, indexPages, costs) / loops : pagesPerScan;
  const perEntry = costs.cpuIndexTuple + costs.cpuOperator * clauses.length;
  const comparisons = size.tuples > 1 ? Math.ceil(Math.log2(size.tuples)) * costs.cpuOperator : 0;
  const descent = comparisons + (treeHeight(indexPages) + 1) * PAGE_DESCENT_OPERATORS * costs.cpuOperator;
  return {
    selectivity,
    startup: descent,
    total: pages * costs.randomPage + entries * scans * perEntry + scans * descent,
  };
}

const UNKNOWN_ELEMENTS = 10;

function elementCount(operand: Expression | null): number {
  if (operand?.kind === 'array') return Math.max(1, operand.elements.length);
  const isKnown = operand?.kind === 'constant' && operand.value !== null;
  return isKnown ? Math.max(1, (operand.value as SqlArray).elements.length) : UNKNOWN_ELEMENTS;
}

function treeHeight(pages: number): number {
  return pages <= 2 ? 0 : Math.max(1, Math.ceil(Math.log(pages) / Math.log(FANOUT)));
}

/** Pages read to fetch rows at random, some of them more than once (costsize.c index_pages_fetched). */
function pagesFetched(tuples: number, pages: number, indexPages: number, { cachePages }: PlanCosts): number {
  const all = Math.max(pages, 1);
  const cached = Math.ceil(Math.max(1, (cachePages * all) / (all + indexPages)));
  if (all <= cached) return Math.min(all, Math.ceil((2 * all * tuples) / (2 * all + tuples)));
  const limit = (2 * all * cached) / (2 * all - cached);
  const fetched =
    tuples <= limit ? (2 * all * tuples) / (2 * all + tuples) : cached + ((tuples - limit) * (all - cached)) / all;
  return Math.ceil(fetched);
}

/** costsize.c cost_index, nothing being known of how the table is ordered. */
export function estimateIndexScan(use: IndexUse, isOnly: boolean): Estimate {
  const { costs, size, indexPages, others, loops } = use;
  const work = indexWork(use);
  const found = clampRows(work.selectivity * size.tuples);
  const visited = pagesFetched(found * loops, size.pages, indexPages, costs);
  const pages = isOnly ? Math.ceil(visited * (1 - size.allVisible)) : visited;
  const perRow = costs.cpuTuple + costs.cpuOperator * operatorCount(others);
  const disabled = costs.enabled.indexScan ? 0 : DISABLED;
  return {
    startup: work.startup + disabled,
    total: work.total + disabled + (pages * costs.randomPage) / loops + perRow * found,
    rows: clampRows(work.selectivity * selectivityOf(others, use.table) * size.tuples),
  };
}

/** The bitmap's making and the reading of the table by it (costsize.c cost_bitmap_heap_scan). */
export function estimateBitmapScan(use: IndexUse): Estimate {
  const { costs, size, indexPages, others, clauses, loops } = use;
  const work = indexWork(use);
  const found = clampRows(work.selectivity * size.tuples);
  const all = Math.max(size.pages, 1);
  const spread =
    loops > 1
      ? pagesFetched(found * loops, size.pages, indexPages, costs) / loops
      : (2 * all * found) / (2 * all + found);
  const pages = spread >= all ? all : Math.ceil(spread);
  const perPage =
    pages >= 2 ? costs.randomPage - (costs.randomPage - costs.seqPage) * Math.sqrt(pages / all) : costs.randomPage;
  const startup = work.total + 0.1 * costs.cpuOperator * found + (costs.enabled.bitmapScan ? 0 : DISABLED);
  const perRow = costs.cpuTuple + costs.cpuOperator * (operatorCount(others) + clauses.length);
  return {
    startup,
    total: startup + pages * perPage + perRow * found,
    rows: clampRows(work.selectivity * selectivityOf(others, use.table) * size.tuples),
  };
}

export function estimateSeqScan(
  costs: PlanCosts,
  table: Counted,
  size: TableSize,
  conditions: readonly Expression[],
): Estimate {
  const startup = costs.enabled.seqScan ? 0 : DISABLED;
  const perRow = costs.cpuTuple + costs.cpuOperator * operatorCount(conditions);
  return {
    startup,
    total: startup + size.pages * costs.seqPage + perRow * size.tuples,
    rows: clampRows(size.tuples * selectivityOf(conditions, table)),
  };
}

/** Sorting in memory to have the first `limit` rows (costsize.c cost_sort). */
export function estimateSort(costs: PlanCosts, input: Estimate, limit: number): Estimate {
  const rows = Math.max(input.rows, 2);
  const kept = Math.min(limit, rows);
  const compared = rows > 2 * kept ? 2 * kept : rows;
  const disabled = costs.enabled.sort ? 0 : DISABLED;
  const startup = input.total + disabled + 2 * costs.cpuOperator * rows * Math.log2(compared);
  return { startup, total: startup + costs.cpuOperator * rows, rows: input.rows };
}
