import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { Frame, type Execution, type Row } from '../execute/frame.js';
import type { Engine } from '../engine.js';
import type { PlannedStatement } from '../plan/planned-statement.js';
import type { SystemEnvironment } from '../views/system-environment.js';

export interface ExecutionParts {
  readonly engine: Engine;
  readonly environment: SystemEnvironment;
}

/** A statement's run under the current transaction's snapshot. Raises 25006 when it may not write. */
export function startExecution(
  { engine, environment }: ExecutionParts,
  { writes }: Pick<PlannedStatement, 'writes'>,
  parameters: readonly unknown[],
): Frame {
  const { transactions } = engine.access;
  if (writes !== null) refuseIfReadOnly(engine, writes);
  const execution: Execution = {
    engine,
    call: environment,
    snapshot: transactions.snapshot(),
    parameters,
    registers: [],
    results: new Map(),
    isSnapshotFixed: transactions.isolation === 'repeatable read',
  };
  return Frame.outermost(execution);
}

export function refuseIfReadOnly({ access }: Engine, command: string): void {
  if (!access.transactions.isReadOnly) return;
  throw error(SqlState.readOnlySqlTransaction, `cannot execute ${command} in a read-only transaction`);
}

/** Runs to the end for its effects; returns the number of rows. */
export function executeToEnd(parts: ExecutionParts, planned: PlannedStatement): number {
  const frame = startExecution(parts, planned, []);
  if (planned.modify) return planned.modify.run(frame, () => {});
  const rows = planned.node.open(frame);
  let count = 0;
  while (rows.next() !== null) count++;
  rows.close();
  return count;
}

/** The rows of a statement one by one, then its command tag. INSERT and its like run whole before the first row. */
export function* runPlanned(
  parts: ExecutionParts,
  planned: PlannedStatement,
  parameters: readonly unknown[],
): Generator<Row, string> {
  const frame = startExecution(parts, planned, parameters);
  const { modify, verb } = planned;
  if (modify) {
    const shown: Row[] = [];
    const count = modify.run(frame, (row) => void shown.push(row));
    yield* shown;
    return verb === 'INSERT' ? `INSERT 0 ${count}` : `${verb} ${count}`;
  }
  const rows = planned.node.open(frame);
  let count = 0;
  try {
    for (let row = rows.next(); row !== null; row = rows.next()) {
      count++;
      yield row;
    }
  } finally {
    rows.close();
  }
  return `SELECT ${count}`;
}
