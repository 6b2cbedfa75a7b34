import { deparse } from '../analyse/deparse.js';
import type { Expression } from '../analyse/expression.js';
import { sourceWidth, type Source } from '../analyse/source.js';
import { forEachPart } from '../analyse/walk.js';
import { compile, compileCondition, type Level } from '../execute/compile.js';
import { fitOf, IndexRanges, type EqualKey, type RangeKey } from '../execute/index-ranges.js';
import { BitmapHeapScan } from '../execute/nodes/bitmap-scan.js';
import { IndexOnlyScan } from '../execute/nodes/index-only-scan.js';
import { IndexScan, type IndexAccess, type ParameterisedScan } from '../execute/nodes/index-scans.js';
import { SeqScan, type ScanColumns } from '../execute/nodes/scans.js';
import { Filter } from '../execute/nodes/simple.js';
import type { PlanNode } from '../execute/plan-node.js';
import { types } from '../types/type-table.js';
import { textOf } from './condition-text.js';
import type { IndexClause } from './index-clauses.js';
import type { Planner } from './planner.js';
import type { IndexPath, TablePath, TableRead } from './table-paths.js';

/** A table's scan as a plan node. `level`: of the table's own rows. */
export function scanNode(planner: Planner, level: Level, read: TableRead, path: TablePath): PlanNode {
  if (path.use === null) return seqScan(planner, level, read);
  return indexNode(planner, level, level, read, path, path.use);
}

/** The same, run for each row of a nested loop's other side. `outer`: the level of those rows. */
export function lookupNode(
  planner: Planner,
  level: Level,
  outer: Level,
  read: TableRead,
  path: TablePath,
): ParameterisedScan {
  return indexNode(planner, level, outer, read, path, path.use!);
}

function seqScan(planner: Planner, level: Level, { source, relation, conditions }: TableRead): PlanNode {
  const columns = columnsRead(source, conditions);
  const { withSystemColumns } = needsOf(source, conditions);
  const pushed = withSystemColumns ? [] : conditions;
  const condition = compileCondition(pushed, planner, level);
  const scan = new SeqScan(relation, source.alias, columns, condition, pushed.length > 0 ? textOf(pushed) : '');
  if (!withSystemColumns) return scan;
  return new Filter(scan, compileCondition(conditions, planner, level)!, textOf(conditions));
}

function indexNode(
  planner: Planner,
  level: Level,
  outer: Level,
  { source, relation, conditions }: TableRead,
  { kind, direction }: TablePath,
  { index, bounds, clauses, others }: IndexPath,
): ParameterisedScan {
  const typeOf = ({ position }: IndexClause): number => relation.columns[index.places[position]].type;
  const access: IndexAccess = {
    relation,
    index,
    direction,
    alias: source.alias,
    columns: columnsRead(source, conditions),
    ranges: new IndexRanges(
      index.shape.keys,
      bounds.equal.map((clause) => equalKey(planner, outer, clause, typeOf(clause))),
      bounds.range.map((clause) => rangeKey(planner, outer, clause, typeOf(clause))),
    ),
    indexFilter: compileCondition(
      bounds.rest.map(({ condition }) => condition),
      planner,
      level,
    ),
    condition: compileCondition(others, planner, level),
    indexText: clauses.length > 0 ? shownText(clauses) : '',
    conditionText: others.length > 0 ? textOf(others) : '',
  };
  if (kind === 'bitmap') return new BitmapHeapScan(access, access.indexText);
  return kind === 'index-only' ? new IndexOnlyScan(access) : new IndexScan(access);
}

/** The table's own columns stand for themselves; those of other tables are named with their tables. */
function shownText(clauses: readonly IndexClause[]): string {
  const texts = clauses.map(({ shown, operand, operator }) => {
    if (operand === null || operator === 'any' || shown.kind !== 'call') return textOf([shown]);
    const [column, value] = shown.args;
    const right = deparse(value, { qualify: true, showImplicit: true });
    return `(${deparse(column, { qualify: false, showImplicit: true })} ${operator} ${right})`;
  });
  return texts.length === 1 ? texts[0] : `(${texts.join(' AND ')})`;
}

function equalKey(planner: Planner, outer: Level, { operator, operand }: IndexClause, column: number): EqualKey {
  if (operand === null) return { kind: 'null', operand: null, fit: null };
  const isList = operator === 'any';
  const type = isList ? types.elementOf(operand.type) : operand.type;
  return { kind: isList ? 'any' : 'value', operand: compile(operand, planner, outer), fit: fitOf(type, column) };
}

function rangeKey(planner: Planner, outer: Level, { operator, operand }: IndexClause, column: number): RangeKey {
  return {
    operator: operator as RangeKey['operator'],
    operand: operand && compile(operand, planner, outer),
    fit: operand && fitOf(operand.type, column),
  };
}

function columnsRead(source: Source, conditions: readonly Expression[]): ScanColumns {
  const { highest } = needsOf(source, conditions);
  return {
    forFilter: highest,
    inAll: Math.max(source.used.lastIndexOf(true) + 1, highest),
    width: sourceWidth(source),
    withSystemColumns: source.usesSystemColumns,
  };
}

/** The leading columns that conditions read. A subquery among them may read any. */
function needsOf(source: Source, conditions: readonly Expression[]): { highest: number; withSystemColumns: boolean } {
  let highest = 0;
  let withSystemColumns = false;
  for (const condition of conditions) {
    forEachPart(condition, (part) => {
      if (part.kind === 'column' && part.source === source) highest = Math.max(highest, part.index + 1);
      if (part.kind === 'system-column' && part.source === source) withSystemColumns = true;
      if ('query' in part) {
        highest = Math.max(highest, source.used.lastIndexOf(true) + 1);
        withSystemColumns ||= source.usesSystemColumns;
      }
    });
  }
  return { highest, withSystemColumns };
}
