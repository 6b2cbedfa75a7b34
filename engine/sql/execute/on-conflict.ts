import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { HeapTuple, ModifyResult } from '../../access/heap/heap.js';
import { isInSnapshot } from '../../access/transactions/snapshot.js';
import type { Relation } from '../catalog/relation.js';
import type { Arbiters } from './arbiters.js';
import type { Frame, Row } from './frame.js';
import type { Condition } from './nodes/simple.js';
import { readSystemColumns } from './read-system-columns.js';
import type { RowUpdates } from './row-updates.js';

/** `changed`: the row in the way was; `kept`: it was left alone; `again`: it is gone or has changed, so try anew. */
export type Resolution = 'changed' | 'kept' | 'again';

/** What ON CONFLICT does about rows whose key another row has (executor/nodeModifyTable.c). */
export interface ConflictAction {
  readonly arbiters: Arbiters;
  /** Lines of EXPLAIN. */
  readonly details: readonly string[];
  /** `values`: the row that could not be inserted. `show` gets the row it was updated to. */
  resolve(values: Row, conflict: HeapTuple, frame: Frame, show: (changed: Row) => void): Resolution;
}

export class DoNothing implements ConflictAction {
  constructor(
    readonly arbiters: Arbiters,
    readonly details: readonly string[],
  ) {}

  resolve(_values: Row, conflict: HeapTuple, frame: Frame): Resolution {
    refuseUnseen(conflict, frame);
    return 'kept';
  }
}

/** DO UPDATE: locks the row in the way, and changes it if it qualifies (ExecOnConflictUpdate). */
export class DoUpdate implements ConflictAction {
  constructor(
    readonly arbiters: Arbiters,
    readonly details: readonly string[],
    private readonly relation: Relation,
    private readonly where: Condition | null,
    private readonly rows: RowUpdates,
  ) {}

  resolve(values: Row, conflict: HeapTuple, frame: Frame, show: (changed: Row) => void): Resolution {
    const { relation } = this;
    const locked = frame.execution.engine.access.heap.lock(relation.file, conflict.tid);
    if (locked.kind !== 'ok') return unlocked(locked, frame);
    refuseUnseen(conflict, frame);
    const row: Row = [...conflict.values(relation.layout), readSystemColumns(relation, conflict), ...values, null];
    if (this.where !== null && !this.where(row, frame)) return 'kept';
    const result = this.rows.update(row, conflict.tid, frame, show);
    if (result.kind !== 'ok') throw error(SqlState.internalError, `a locked row was ${result.kind}`);
    return 'changed';
  }
}

function unlocked({ kind }: ModifyResult, { execution }: Frame): Resolution {
  if (kind === 'invisible' || kind === 'self-modified') {
    throw error(SqlState.cardinalityViolation, 'ON CONFLICT DO UPDATE command cannot affect row a second time', {
      hint: 'Ensure that no rows proposed for insertion within the same command have duplicate constrained values.',
    });
  }
  if (execution.isSnapshotFixed) throw concurrentChange(kind === 'deleted' ? 'delete' : 'update');
  return 'again';
}

/** Under repeatable read nothing may come of a row that the snapshot does not see, unless it is our own. */
function refuseUnseen(conflict: HeapTuple, { execution }: Frame): void {
  if (!execution.isSnapshotFixed) return;
  const { transactions } = execution.engine.access;
  const isSeen = transactions.isMine(conflict.xmin) || !isInSnapshot(execution.snapshot, conflict.xmin);
  if (!isSeen) throw concurrentChange('update');
}

function concurrentChange(what: 'update' | 'delete'): Error {
  return error(SqlState.serializationFailure, `could not serialize access due to concurrent ${what}`);
}
