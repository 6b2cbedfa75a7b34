import type { Oid } from '../../base/block.js';
import type { Call, Expression } from '../analyse/expression.js';
import type { FromItem, JoinKind } from '../analyse/query.js';
import { sourceWidth, type Source } from '../analyse/source.js';
import { deparse } from '../analyse/deparse.js';
import { forEachPart } from '../analyse/walk.js';
import { compile, compileCondition, type Level } from '../execute/compile.js';
import { HashJoin, NestedLoop, type HashKeys, type JoinShape } from '../execute/nodes/joins.js';
import { CommonTableScan, FunctionScan, SeqScan, ViewScan } from '../execute/nodes/scans.js';
import { Filter, SubqueryScan } from '../execute/nodes/simple.js';
import type { PlanNode } from '../execute/plan-node.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';
import { builtInView } from '../views/view-table.js';
import { conjuncts, isVolatile, isWithin, sourcesOf, sourcesUnder } from './conjuncts.js';
import type { Planner } from './planner.js';

/** A planned part of FROM: its rows hold the slots of `sources`, beginning at `base`. */
export interface PlannedFrom {
  readonly node: PlanNode;
  readonly sources: readonly Source[];
  readonly base: number;
  readonly width: number;
}

/**
 * Plans a join tree in the order it was written. Conditions sink to the lowest place where all they need is at hand and
 * where they mean the same: into scans, into joins, and never below the side of an outer join that may be made up of
 * NULLs.
 */
export function planFrom(
  planner: Planner,
  level: Level,
  item: FromItem,
  conditions: readonly Expression[],
): PlannedFrom {
  return item.kind === 'source'
    ? planSource(planner, level, item.source, conditions)
    : planJoin(planner, level, item, conditions);
}

function atBase(level: Level, base: number): Level {
  return { ...level, base };
}

function planSource(planner: Planner, level: Level, source: Source, conditions: readonly Expression[]): PlannedFrom {
  const here = atBase(level, source.offset);
  const width = sourceWidth(source);
  const { body } = source;
  const placed = (node: PlanNode): PlannedFrom => ({ node, sources: [source], base: source.offset, width });
  if (body.kind === 'table' && body.relation.kind === 'table')
    return placed(tableScan(planner, here, source, conditions));
  return placed(filtered(planner, here, otherScan(planner, here, source, width), conditions));
}

function filtered(planner: Planner, level: Level, node: PlanNode, conditions: readonly Expression[]): PlanNode {
  const condition = compileCondition(conditions, planner, level);
  return condition ? new Filter(node, condition, textOf(conditions)) : node;
}

export function textOf(conditions: readonly Expression[], qualify = false): string {
  const texts = conditions.map((condition) => deparse(condition, { qualify }));
  return texts.length === 1 ? texts[0] : `(${texts.join(' AND ')})`;
}

function tableScan(planner: Planner, level: Level, source: Source, conditions: readonly Expression[]): PlanNode {
  if (source.body.kind !== 'table') throw new TypeError('not a table');
  const { relation } = source.body;
  const needs = columnsRead(source, conditions);
  const isSystemInFilter = needs.withSystemColumns;
  const pushed = isSystemInFilter ? [] : conditions;
  const scan = new SeqScan(
    relation,
    source.alias,
    {
      forFilter: needs.highest,
      inAll: Math.max(source.used.lastIndexOf(true) + 1, needs.highest),
      width: sourceWidth(source),
      withSystemColumns: source.usesSystemColumns,
    },
    compileCondition(pushed, planner, level),
    pushed.length > 0 ? textOf(pushed) : '',
  );
  return isSystemInFilter ? filtered(planner, level, scan, conditions) : scan;
}

/** The leading columns that conditions read. A subquery among them may read any. */
function columnsRead(
  source: Source,
  conditions: readonly Expression[],
): { highest: number; withSystemColumns: boolean } {
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

function otherScan(planner: Planner, level: Level, source: Source, width: number): PlanNode {
  const { body } = source;
  switch (body.kind) {
    case 'table':
      return new ViewScan(builtInView(body.relation.name), width);
    case 'subquery':
      return new SubqueryScan(planner.planQuery(body.query, level.parent), width, source.alias);
    case 'common-table':
      return new CommonTableScan(body.table, width, source.alias);
    case 'function':
      return new FunctionScan(
        body,
        body.args.map((arg) => compile(arg, planner, level)),
        width,
        source.alias,
      );
  }
}

type JoinItem = Extract<FromItem, { kind: 'join' }>;

/** Which side may conditions from above sink into, and those of ON? */
const SINKS: Record<JoinKind, { above: { left: boolean; right: boolean }; on: { left: boolean; right: boolean } }> = {
  inner: { above: { left: true, right: true }, on: { left: true, right: true } },
  left: { above: { left: true, right: false }, on: { left: false, right: true } },
  right: { above: { left: false, right: true }, on: { left: true, right: false } },
  full: { above: { left: false, right: false }, on: { left: false, right: false } },
};

function planJoin(planner: Planner, level: Level, item: JoinItem, above: readonly Expression[]): PlannedFrom {
  const [leftSources, rightSources] = [sourcesUnder(item.left), sourcesUnder(item.right)];
  const rules = SINKS[item.join];
  const toLeft: Expression[] = [];
  const toRight: Expression[] = [];
  const atJoin: Expression[] = [];
  const after: Expression[] = [];
  const place = (condition: Expression, sides: { left: boolean; right: boolean }, otherwise: Expression[]): void => {
    const needed = isVolatile(condition) ? null : sourcesOf(condition, level.scope);
    if (sides.left && isWithin(needed, leftSources)) toLeft.push(condition);
    else if (sides.right && isWithin(needed, rightSources)) toRight.push(condition);
    else otherwise.push(condition);
  };
  for (const condition of conjuncts(item.on)) place(condition, rules.on, atJoin);
  for (const condition of above) place(condition, rules.above, item.join === 'inner' ? atJoin : after);
  const left = planFrom(planner, level, item.left, toLeft);
  const right = planFrom(planner, level, item.right, toRight);
  const joined: PlannedFrom = {
    node: joinNode(planner, level, item.join, left, right, atJoin),
    sources: [...leftSources, ...rightSources],
    base: left.base,
    width: left.width + right.width,
  };
  return after.length > 0
    ? { ...joined, node: filtered(planner, atBase(level, left.base), joined.node, after) }
    : joined;
}

function joinNode(
  planner: Planner,
  level: Level,
  kind: JoinKind,
  left: PlannedFrom,
  right: PlannedFrom,
  conditions: Expression[],
): PlanNode {
  const equalities = conditions.map((condition) => hashable(condition, level.scope, left.sources, right.sources));
  const keyed = equalities.filter((equality) => equality !== undefined);
  const rest = conditions.filter((_, index) => equalities[index] === undefined);
  const shape: JoinShape = {
    kind,
    left: left.node,
    right: right.node,
    leftWidth: left.width,
    rightWidth: right.width,
    condition: compileCondition(rest, planner, atBase(level, left.base)),
    conditionText: rest.length > 0 ? textOf(rest, true) : '',
  };
  if (keyed.length === 0) return new NestedLoop(shape);
  const keys: HashKeys = {
    types: keyed.map(({ type }) => type),
    left: keyed.map((equality) => compile(equality.left, planner, atBase(level, left.base))),
    right: keyed.map((equality) => compile(equality.right, planner, atBase(level, right.base))),
    text: textOf(
      conditions.filter((_, index) => equalities[index] !== undefined),
      true,
    ),
  };
  return new HashJoin(shape, keys);
}

interface Equality {
  readonly type: Oid;
  readonly left: Expression;
  readonly right: Expression;
}

/** `a = b` with `a` of one side and `b` of the other, both of one type whose own equality it is. */
function hashable(
  condition: Expression,
  scope: object,
  leftSources: readonly Source[],
  rightSources: readonly Source[],
): Equality | undefined {
  if (!isPlainEquality(condition)) return undefined;
  const [a, b] = condition.args;
  const [inA, inB] = [sourcesOf(a, scope), sourcesOf(b, scope)];
  if (!inA?.size || !inB?.size) return undefined;
  if (isWithin(inA, leftSources) && isWithin(inB, rightSources)) return { type: a.type, left: a, right: b };
  if (isWithin(inB, leftSources) && isWithin(inA, rightSources)) return { type: a.type, left: b, right: a };
  return undefined;
}

function isPlainEquality(condition: Expression): condition is Call {
  if (condition.kind !== 'call' || condition.operator !== '=' || isVolatile(condition)) return false;
  const [a, b] = condition.args;
  return condition.type === TypeOid.bool && a.type === b.type && types.byOid(a.type).ordered;
}
