import type { RelFile } from '../../base/block.js';
import type { Expression } from '../analyse/expression.js';
import type { Source } from '../analyse/source.js';
import type { Relation } from '../catalog/relation.js';
import type { TableIndex } from '../catalog/table-index.js';
import { boundsOf, type IndexBounds } from './index-bounds.js';
import { indexClauses, type IndexClause } from './index-clauses.js';
import {
  estimateBitmapScan,
  estimateIndexScan,
  estimateSeqScan,
  estimateSort,
  type IndexUse,
} from './index-estimate.js';
import { compareEstimates, type Estimate, type PlanCosts } from './plan-costs.js';
import type { Planner } from './planner.js';
import { directionFor, type WantedOrder } from './scan-order.js';
import type { Counted } from './selectivity.js';
import { tableSize, type TableSize } from './table-size.js';

/** A way to read a table. */
export interface TablePath {
  readonly kind: 'seq' | 'index' | 'index-only' | 'bitmap';
  /** null for `seq`. */
  readonly use: IndexPath | null;
  readonly direction: 'forward' | 'backward';
  readonly estimate: Estimate;
  /** Do the rows come in the order that was asked for? */
  readonly isOrdered: boolean;
}

export interface IndexPath {
  readonly index: TableIndex;
  readonly bounds: IndexBounds;
  readonly clauses: readonly IndexClause[];
  /** Conditions that the index cannot answer. */
  readonly others: readonly Expression[];
}

/** A table whose rows are to be read, and what it is known to be like. */
export interface TableRead {
  readonly source: Source;
  readonly relation: Relation;
  readonly conditions: readonly Expression[];
  readonly size: TableSize;
  readonly costs: PlanCosts;
  readonly filePages: (file: RelFile) => number;
}

export function tableRead(
  planner: Planner,
  source: Source,
  relation: Relation,
  conditions: readonly Expression[],
): TableRead {
  const filePages = (file: RelFile): number => planner.filePages(file);
  const size = tableSize(relation, filePages(relation.file));
  return { source, relation, conditions, filePages, size, costs: planner.costs };
}

/** The cheapest way to read the table; in an order, if one is wanted, that it may leave to a sort. */
export function cheapestPath(read: TableRead, indexes: readonly TableIndex[], wanted?: WantedOrder): TablePath {
  const isAnyOrder = wanted === undefined || wanted.keys.length === 0;
  const paths = [seqPath(read, isAnyOrder), ...indexes.flatMap((index) => indexPaths(read, index, wanted))];
  const asked = wanted ? (path: TablePath): Estimate => estimateInOrder(read, path, wanted) : estimateOf;
  return paths.reduce((best, path) => (compareEstimates(asked(path), asked(best)) < 0 ? path : best));
}

const estimateOf = ({ estimate }: TablePath): Estimate => estimate;

/** What it costs to have the wanted rows in the wanted order. */
function estimateInOrder({ costs }: TableRead, path: TablePath, { wantedOf }: WantedOrder): Estimate {
  const limit = wantedOf(path.estimate.rows);
  const ordered = path.isOrdered ? path.estimate : estimateSort(costs, path.estimate, limit);
  const { startup, total, rows } = ordered;
  return { startup, rows, total: startup + ((total - startup) * limit) / rows };
}

function seqPath({ costs, size, conditions, ...read }: TableRead, isOrdered: boolean): TablePath {
  const estimate = estimateSeqScan(costs, { ...read, tuples: size.tuples }, size, conditions);
  return { kind: 'seq', use: null, direction: 'forward', estimate, isOrdered };
}

function indexPaths(read: TableRead, index: TableIndex, wanted: WantedOrder | undefined): TablePath[] {
  const clauses = indexClauses(read.conditions, read.source, index);
  const bounds = boundsOf(index, clauses);
  const isAnyOrder = wanted === undefined || wanted.keys.length === 0;
  const direction = isAnyOrder ? undefined : directionFor(index, bounds, wanted.keys);
  const isOnly = isCovered(read, index);
  if (clauses.length === 0 && direction === undefined && !isOnly) return [];
  const use = indexPath(read.conditions, index, clauses, bounds);
  const weighed = indexUse(read, use, 1);
  const path: TablePath = {
    kind: isOnly ? 'index-only' : 'index',
    use,
    direction: direction ?? 'forward',
    estimate: estimateIndexScan(weighed, isOnly),
    isOrdered: isAnyOrder || direction !== undefined,
  };
  if (clauses.length === 0) return [path];
  const estimate = estimateBitmapScan(weighed);
  return [path, { kind: 'bitmap', use, direction: 'forward', estimate, isOrdered: isAnyOrder }];
}

function indexPath(
  conditions: readonly Expression[],
  index: TableIndex,
  clauses: readonly IndexClause[],
  bounds: IndexBounds,
): IndexPath {
  const answered = new Set(clauses.map(({ condition }) => condition));
  return { index, bounds, clauses, others: conditions.filter((condition) => !answered.has(condition)) };
}

function indexUse(read: TableRead, { index, clauses, others }: IndexPath, loops: number): IndexUse {
  const { costs, size, source, relation, filePages } = read;
  const table: Counted = { source, relation, tuples: size.tuples };
  return { costs, size, table, index, clauses, others, loops, indexPages: filePages(index.shape.file) };
}

/** Does the index hold all that is read of the table? */
function isCovered({ source, costs }: TableRead, { places }: TableIndex): boolean {
  if (!costs.enabled.indexOnlyScan || source.usesSystemColumns) return false;
  return source.used.every((isUsed, place) => !isUsed || places.includes(place));
}

/** A way to look rows up for each of the rows of a nested loop's other side, with `joining` conditions that name them. */
export function lookupPath(
  read: TableRead,
  indexes: readonly TableIndex[],
  joining: readonly Expression[],
  loops: number,
): TablePath | undefined {
  const all = { ...read, conditions: [...read.conditions, ...joining] };
  const paths = indexes.flatMap((index): TablePath[] => {
    const found = indexClauses(all.conditions, read.source, index);
    const { equal, range, rest } = boundsOf(index, found);
    const isLookup = [...equal, ...range].some(({ condition }) => joining.includes(condition));
    if (!isLookup) return [];
    // Entries are tried without the other side's row: what needs it says where to look, or is left to the join.
    const bounds = { equal, range, rest: rest.filter(({ condition }) => !joining.includes(condition)) };
    const clauses = [...bounds.equal, ...bounds.range, ...bounds.rest];
    const use = indexPath(read.conditions, index, clauses, bounds);
    const isOnly = isCovered(read, index);
    const estimate = estimateIndexScan(indexUse(all, use, Math.max(1, loops)), isOnly);
    return [{ kind: isOnly ? 'index-only' : 'index', use, direction: 'forward', estimate, isOrdered: false }];
  });
  if (paths.length === 0) return undefined;
  return paths.reduce((best, path) => (compareEstimates(path.estimate, best.estimate) < 0 ? path : best));
}
