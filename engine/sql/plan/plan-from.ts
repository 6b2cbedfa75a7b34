import type { Oid } from '../../base/block.js';
import type { Call, Expression } from '../analyse/expression.js';
import type { FromItem, JoinKind } from '../analyse/query.js';
import { sourceWidth, type Source } from '../analyse/source.js';
import type { Relation } from '../catalog/relation.js';
import { compile, compileCondition, type Level } from '../execute/compile.js';
import { lateralSources } from '../execute/correlation.js';
import { HashJoin, NestedLoop, type HashKeys, type JoinShape } from '../execute/nodes/joins.js';
import { Lateral, LookupJoin } from '../execute/nodes/lookup-join.js';
import { CommonTableScan, FunctionScan, ViewScan } from '../execute/nodes/scans.js';
import { Filter, SubqueryScan } from '../execute/nodes/simple.js';
import type { PlanNode } from '../execute/plan-node.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';
import { builtInView } from '../views/view-table.js';
import { textOf } from './condition-text.js';
import { conjuncts, isVolatile, isWithin, sourcesOf, sourcesUnder } from './conjuncts.js';
import { clampRows, compareEstimates, DISABLED, type Estimate } from './plan-costs.js';
import { lookupNode, scanNode } from './plan-scan.js';
import type { Planner } from './planner.js';
import type { WantedOrder } from './scan-order.js';
import { cheapestPath, lookupPath, tableRead } from './table-paths.js';

/** A planned part of FROM: its rows hold the slots of `sources`, beginning at `base`. */
export interface PlannedFrom {
  readonly node: PlanNode;
  readonly sources: readonly Source[];
  readonly base: number;
  readonly width: number;
  readonly estimate: Estimate;
  /** Do the rows come in the order that was asked for? */
  readonly isOrdered: boolean;
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
  wanted?: WantedOrder,
): PlannedFrom {
  return item.kind === 'source'
    ? planSource(planner, level, item.source, conditions, wanted)
    : planJoin(planner, level, item, conditions);
}

function atBase(level: Level, base: number): Level {
  return { ...level, base };
}

function planSource(
  planner: Planner,
  level: Level,
  source: Source,
  conditions: readonly Expression[],
  wanted?: WantedOrder,
): PlannedFrom {
  const here = atBase(level, source.offset);
  const width = sourceWidth(source);
  const relation = tableOf(source);
  const place = { sources: [source], base: source.offset, width };
  if (relation === undefined) {
    const node = filtered(planner, here, otherScan(planner, here, source, width), conditions);
    return { ...place, node, estimate: planner.guess(), isOrdered: false };
  }
  const read = tableRead(planner, source, relation, conditions);
  const path = cheapestPath(read, planner.usableIndexes(relation), wanted);
  return { ...place, node: scanNode(planner, here, read, path), estimate: path.estimate, isOrdered: path.isOrdered };
}

/** What arguments of a function in FROM may refer to: what stands around its own rows. */
function aroundOf(level: Level): Level {
  return { ...level, width: 0 };
}

/** The table that a source is; undefined when it is anything else. */
export function tableOf({ body }: Source): Relation | undefined {
  return body.kind === 'table' && body.relation.kind === 'table' ? body.relation : undefined;
}

function filtered(planner: Planner, level: Level, node: PlanNode, conditions: readonly Expression[]): PlanNode {
  const condition = compileCondition(conditions, planner, level);
  return condition ? new Filter(node, condition, textOf(conditions)) : node;
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
        body.args.map((arg) => compile(arg, planner, aroundOf(level))),
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
  const isLateral = [...lateralSources(item.right, level.scope)].some((source) => leftSources.includes(source));
  const left = planFrom(planner, level, item.left, toLeft);
  const right = planFrom(planner, isLateral ? lateralLevel(level, left) : level, item.right, toRight);
  const sides: JoinSides = { item, left, right, toLeft, toRight, conditions: atJoin };
  const rows = joinRows(planner, item.join, sides);
  const ways = isLateral
    ? [lateralWay(planner, level, sides, rows)]
    : [joinWay(planner, level, sides, rows), ...lookupWays(planner, level, sides, rows)];
  const { node, estimate } = ways.reduce((best, way) =>
    compareEstimates(way.estimate, best.estimate) < 0 ? way : best,
  );
  const joined: PlannedFrom = {
    node: node(),
    estimate,
    sources: [...leftSources, ...rightSources],
    base: left.base,
    width: left.width + right.width,
    isOrdered: false,
  };
  return after.length > 0
    ? { ...joined, node: filtered(planner, atBase(level, left.base), joined.node, after) }
    : joined;
}

/** A join's sides, planned for themselves, and the conditions that need both. */
interface JoinSides {
  readonly item: JoinItem;
  readonly left: PlannedFrom;
  readonly right: PlannedFrom;
  /** Conditions that have sunk into a side. */
  readonly toLeft: readonly Expression[];
  readonly toRight: readonly Expression[];
  readonly conditions: readonly Expression[];
}

/** A way to do the join, made into a node when it is taken. */
interface JoinWay {
  readonly estimate: Estimate;
  readonly node: () => PlanNode;
}

/** How many rows come of it: pairs that agree in what both know of their distinct values (selfuncs.c eqjoinsel). */
function joinRows(planner: Planner, kind: JoinKind, { left, right, conditions }: JoinSides): number {
  const part = conditions.reduce(
    (product, condition) => product * (isPlainEquality(condition) ? equalPart(planner, condition) : UNKNOWN_PART),
    1,
  );
  const rows = clampRows(left.estimate.rows * right.estimate.rows * part);
  const least = { inner: 1, left: left.estimate.rows, right: right.estimate.rows, full: 0 };
  return Math.max(rows, least[kind]);
}

const UNKNOWN_PART = 0.3333333333333333;

function equalPart(planner: Planner, { args }: Call): number {
  return 1 / Math.max(...args.map((arg) => planner.distinctValues(arg)));
}

/** By hashing where there is an equality, else by comparing all pairs. */
function joinWay(planner: Planner, level: Level, sides: JoinSides, rows: number): JoinWay {
  const { item, left, right, conditions } = sides;
  const keys = conditions.filter((condition) => hashable(condition, level.scope, left.sources, right.sources)).length;
  const { cpuOperator, cpuTuple, enabled } = planner.costs;
  const [outer, inner] = [left.estimate, right.estimate];
  const node = (): PlanNode => joinNode(planner, level, item.join, left, right, conditions);
  if (keys === 0) {
    const compared = outer.rows * inner.rows * cpuOperator * Math.max(1, conditions.length);
    const total = outer.total + inner.total + compared + rows * cpuTuple + (enabled.nestedLoop ? 0 : DISABLED);
    return { node, estimate: { startup: outer.startup + inner.startup, total, rows } };
  }
  const startup =
    outer.startup + inner.total + inner.rows * (cpuOperator * keys + cpuTuple) + (enabled.hashJoin ? 0 : DISABLED);
  const total = startup + (outer.total - outer.startup) + outer.rows * cpuOperator * keys + rows * cpuTuple;
  return { node, estimate: { startup, total, rows } };
}

/** The level of a join's right side that refers to the left one: each row of that is a row around it. */
function lateralLevel(level: Level, { base, width }: PlannedFrom): Level {
  return { ...level, parent: { ...level, base, width } };
}

/** By running the right side, which refers to the left one, for each row of that. */
function lateralWay(planner: Planner, level: Level, sides: JoinSides, rows: number): JoinWay {
  const { item, left, right, conditions } = sides;
  const total = left.estimate.total + left.estimate.rows * right.estimate.total + rows * planner.costs.cpuTuple;
  const node = (): PlanNode =>
    new LookupJoin({
      outer: left.node,
      inner: new Lateral(right.node),
      innerWidth: right.width,
      isOuterFirst: true,
      keepsOuter: item.join === 'left',
      condition: compileCondition(conditions, planner, atBase(level, left.base)),
      conditionText: conditions.length > 0 ? textOf(conditions, true) : '',
    });
  return { node, estimate: { startup: left.estimate.startup, total, rows } };
}

/** By looking up each row of one side in an index on the other. */
function lookupWays(planner: Planner, level: Level, sides: JoinSides, rows: number): JoinWay[] {
  const { item, left, right, toLeft, toRight } = sides;
  const ways: (JoinWay | undefined)[] = [];
  if (item.join === 'inner' || item.join === 'left')
    ways.push(lookupWay(planner, level, sides, rows, left, right, item.right, toRight));
  if (item.join === 'inner' || item.join === 'right')
    ways.push(lookupWay(planner, level, sides, rows, right, left, item.left, toLeft));
  return ways.filter((way) => way !== undefined);
}

function lookupWay(
  planner: Planner,
  level: Level,
  { item, left, conditions }: JoinSides,
  rows: number,
  outer: PlannedFrom,
  inner: PlannedFrom,
  innerItem: FromItem,
  innerConditions: readonly Expression[],
): JoinWay | undefined {
  const relation = innerItem.kind === 'source' ? tableOf(innerItem.source) : undefined;
  if (innerItem.kind !== 'source' || relation === undefined) return undefined;
  const joining = conditions.filter((condition) => !isVolatile(condition));
  const read = tableRead(planner, innerItem.source, relation, innerConditions);
  const path = lookupPath(read, planner.usableIndexes(relation), joining, outer.estimate.rows);
  if (!path) return undefined;
  const { cpuTuple, enabled } = planner.costs;
  const { startup } = outer.estimate;
  const looked = outer.estimate.total + outer.estimate.rows * path.estimate.total;
  const total = looked + rows * cpuTuple + (enabled.nestedLoop ? 0 : DISABLED);
  const answered = new Set(path.use!.clauses.map(({ condition }) => condition));
  const rest = conditions.filter((condition) => !answered.has(condition));
  const node = (): PlanNode =>
    new LookupJoin({
      outer: outer.node,
      inner: lookupNode(planner, atBase(level, inner.base), atBase(level, outer.base), read, path),
      innerWidth: inner.width,
      isOuterFirst: outer === left,
      keepsOuter: item.join !== 'inner',
      condition: compileCondition(rest, planner, atBase(level, left.base)),
      conditionText: rest.length > 0 ? textOf(rest, true) : '',
    });
  return { node, estimate: { startup, total, rows } };
}

function joinNode(
  planner: Planner,
  level: Level,
  kind: JoinKind,
  left: PlannedFrom,
  right: PlannedFrom,
  conditions: readonly Expression[],
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
