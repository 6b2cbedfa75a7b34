import type {
  DeleteStatement,
  InsertStatement,
  ModifyStatement,
  OnConflict,
  UpdateStatement,
} from '../analyse/query.js';
import { Arbiters } from '../execute/arbiters.js';
import { compile, compileCondition, type Level } from '../execute/compile.js';
import { Delete, Insert, Update, type ModifyPlan, type Target } from '../execute/nodes/modify.js';
import { With } from '../execute/nodes/scans.js';
import { ValuesScan } from '../execute/nodes/simple.js';
import type { Frame, Row } from '../execute/frame.js';
import { IndexEntries } from '../execute/index-entries.js';
import { DoNothing, DoUpdate, type ConflictAction } from '../execute/on-conflict.js';
import { RowUpdates } from '../execute/row-updates.js';
import { RowConstraints } from '../execute/row-constraints.js';
import { textOf } from './condition-text.js';
import { conjuncts } from './conjuncts.js';
import { planFrom } from './plan-from.js';
import type { Planner } from './planner.js';

/** Plans INSERT, UPDATE or DELETE. */
export function planModify(planner: Planner, statement: ModifyStatement): ModifyPlan {
  const level: Level = { scope: statement.scope, base: 0, keys: null, parent: null };
  const plan = planBody(planner, statement, level);
  if (statement.commonTables.length === 0) return plan;
  const tables = new Map(statement.commonTables.map((table) => [table, planner.planQuery(table.query, null)]));
  const shell = new With(plan, tables);
  return {
    open: (frame) => shell.open(frame),
    explain: () => shell.explain(),
    run: (frame: Frame, show: (row: Row) => void) => plan.run(frame.keeping(tables), show),
  };
}

function planBody(planner: Planner, statement: ModifyStatement, level: Level): ModifyPlan {
  switch (statement.kind) {
    case 'insert':
      return planInsert(planner, statement, level);
    case 'update':
      return planUpdate(planner, statement, level);
    case 'delete':
      return planDelete(planner, statement, level);
  }
}

function targetOf(planner: Planner, { relation, target, returning }: ModifyStatement, level: Level): Target {
  return {
    relation,
    source: target,
    returning: returning && returning.targets.map((each) => compile(each, planner, level)),
  };
}

function constraintsOf(planner: Planner, { relation, checks }: ModifyStatement, level: Level): RowConstraints {
  return new RowConstraints(
    relation,
    checks.map(({ name, condition }) => ({ name, condition: compile(condition, planner, level) })),
  );
}

function planInsert(planner: Planner, statement: InsertStatement, level: Level): ModifyPlan {
  const sourceLevel: Level = { scope: statement.sourceScope, base: 0, keys: null, parent: null };
  const target = targetOf(planner, statement, level);
  const constraints = constraintsOf(planner, statement, level);
  const onConflict = statement.onConflict && conflictAction(planner, statement, statement.onConflict, level);
  if (statement.rows) {
    const rows = statement.rows.map((row) => row.map((value) => compile(value, planner, sourceLevel)));
    return new Insert(new ValuesScan(rows), target, null, constraints, onConflict);
  }
  const values = statement.values.map((value) => compile(value, planner, sourceLevel));
  return new Insert(planner.planQuery(statement.source!, null), target, values, constraints, onConflict);
}

function planUpdate(planner: Planner, statement: UpdateStatement, level: Level): ModifyPlan {
  const conditions = conjuncts(statement.where);
  const input = planFrom(planner, level, statement.from, conditions).node;
  const recheck = compileCondition(conditions, planner, level);
  return new Update(
    input,
    targetOf(planner, statement, level),
    recheck,
    rowUpdates(planner, statement, statement.assignments, level),
  );
}

function rowUpdates(
  planner: Planner,
  statement: ModifyStatement,
  assignments: UpdateStatement['assignments'],
  level: Level,
): RowUpdates {
  const compiled = assignments.map(({ index, value }) => ({ index, value: compile(value, planner, level) }));
  const { relation, target } = statement;
  return new RowUpdates(relation, target, compiled, constraintsOf(planner, statement, level));
}

function conflictAction(
  planner: Planner,
  statement: InsertStatement,
  { arbiters: indexes, isInferred, update }: OnConflict,
  level: Level,
): ConflictAction {
  const { relation } = statement;
  const arbiters = new Arbiters(relation, indexes, new IndexEntries(relation));
  const details = [`Conflict Resolution: ${update ? 'UPDATE' : 'NOTHING'}`];
  if (isInferred) details.push(`Conflict Arbiter Indexes: ${indexes.map(({ name }) => name).join(', ')}`);
  if (!update) return new DoNothing(arbiters, details);
  const conditions = conjuncts(update.where);
  if (conditions.length > 0) details.push(`Conflict Filter: ${textOf(conditions, true)}`);
  const where = compileCondition(conditions, planner, level);
  return new DoUpdate(arbiters, details, relation, where, rowUpdates(planner, statement, update.assignments, level));
}

function planDelete(planner: Planner, statement: DeleteStatement, level: Level): ModifyPlan {
  const conditions = conjuncts(statement.where);
  const input = planFrom(planner, level, statement.from, conditions).node;
  return new Delete(input, targetOf(planner, statement, level), compileCondition(conditions, planner, level));
}
