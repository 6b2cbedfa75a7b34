import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Expression, QuantifiedSubquery, ScalarSubquery } from '../analyse/expression.js';
import { SqlArray } from '../types/array/sql-array.js';
import type { Compiler, Evaluate, Level } from './compile.js';
import { compile } from './compile.js';
import type { Frame, Row } from './frame.js';
import { KeyTable } from './key-table.js';
import type { PlanNode } from './plan-node.js';
import { usesOuterRows } from './correlation.js';

/** A subquery in an expression: run for every row, or once when it looks at no row around it. */
export function compileSubquery(
  expression: ScalarSubquery | QuantifiedSubquery,
  compiler: Compiler,
  level: Level,
  part: (e: Expression) => Evaluate,
): Evaluate {
  const plan = compiler.planSubquery(expression.query, level);
  const isCorrelated = usesOuterRows(expression.query);
  if (expression.kind === 'quantified-subquery') {
    return expression.hashable && !isCorrelated
      ? hashedMembership(expression, plan, part(expression.left[0]))
      : comparedMembership(expression, plan, compiler, level, expression.left.map(part), isCorrelated);
  }
  const run = runnerOf(expression.kind, plan);
  return isCorrelated
    ? (row, frame) => run(frame.inner(row))
    : (row, frame) => once(plan, frame, () => run(frame.inner(row)));
}

/** An uncorrelated subquery gives the same every time: its first result is kept for the execution. */
function once<T>(plan: PlanNode, frame: Frame, compute: () => T): T {
  const { results } = frame.execution;
  if (!results.has(plan)) results.set(plan, compute());
  return results.get(plan) as T;
}

function runnerOf(kind: ScalarSubquery['kind'], plan: PlanNode): (frame: Frame) => unknown {
  if (kind === 'exists') return (frame) => firstRow(plan, frame) !== null;
  if (kind === 'scalar-subquery') return (frame) => scalarValue(plan, frame);
  return (frame) => {
    const values: unknown[] = [];
    forEachRow(plan, frame, (row) => void values.push(row[0]));
    return SqlArray.of(values);
  };
}

function firstRow(plan: PlanNode, frame: Frame): Row | null {
  const rows = plan.open(frame);
  try {
    return rows.next();
  } finally {
    rows.close();
  }
}

function scalarValue(plan: PlanNode, frame: Frame): unknown {
  const rows = plan.open(frame);
  try {
    const row = rows.next();
    if (row === null) return null;
    if (rows.next() !== null) {
      throw error(SqlState.cardinalityViolation, 'more than one row returned by a subquery used as an expression');
    }
    return row[0];
  } finally {
    rows.close();
  }
}

/** `visit` may return true to stop. */
function forEachRow(plan: PlanNode, frame: Frame, visit: (row: Row) => boolean | void): void {
  const rows = plan.open(frame);
  try {
    for (let row = rows.next(); row !== null; row = rows.next()) if (visit(row)) return;
  } finally {
    rows.close();
  }
}

interface Members {
  readonly table: KeyTable<true>;
  hasNull: boolean;
}

function hashedMembership(expression: QuantifiedSubquery, plan: PlanNode, left: Evaluate): Evaluate {
  const [{ type }] = expression.query.columns;
  const gather = (frame: Frame): Members => {
    const members: Members = { table: new KeyTable<true>([type]), hasNull: false };
    forEachRow(plan, frame, ([value]) => {
      if (value === null) members.hasNull = true;
      else members.table.set([value], true);
    });
    return members;
  };
  return (row, frame) => {
    const { table, hasNull } = once(plan, frame, () => gather(frame.inner(row)));
    const value = left(row, frame);
    if (value === null) return table.size === 0 && !hasNull ? false : null;
    return table.has([value]) ? true : hasNull ? null : false;
  };
}

function comparedMembership(
  expression: QuantifiedSubquery,
  plan: PlanNode,
  compiler: Compiler,
  level: Level,
  left: readonly Evaluate[],
  isCorrelated: boolean,
): Evaluate {
  const { all } = expression;
  const lefts = expression.lefts.map((operand) => compiler.register(operand));
  const rights = expression.rights.map((operand) => compiler.register(operand));
  const comparison = compile(expression.comparison, compiler, level);
  return (row, frame) => {
    const { registers } = frame.execution;
    const values = left.map((value) => value(row, frame));
    let unknown = false;
    let decided = false;
    const visit = (candidate: Row): boolean => {
      lefts.forEach((register, index) => (registers[register] = values[index]));
      rights.forEach((register, index) => (registers[register] = candidate[index]));
      const result = comparison(row, frame);
      if (result === null) unknown = true;
      else if (result !== all) decided = true;
      return decided;
    };
    if (isCorrelated) forEachRow(plan, frame.inner(row), visit);
    else once(plan, frame, () => allRows(plan, frame.inner(row))).some(visit);
    return decided ? !all : unknown ? null : all;
  };
}

function allRows(plan: PlanNode, frame: Frame): Row[] {
  const all: Row[] = [];
  forEachRow(plan, frame, (row) => void all.push(row));
  return all;
}
