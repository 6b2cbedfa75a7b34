import type { RelFile } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { HeapTuple, ModifyOptions, ModifyResult } from '../../access/heap/heap.js';
import type { Relation } from '../catalog/relation.js';
import { systemSlot, type Source } from '../analyse/source.js';
import type { Execution, Row } from './frame.js';
import { readSystemColumns } from './read-system-columns.js';

/**
 * What to do with a row that another transaction changed after our snapshot was taken, once that transaction has
 * committed (executor/execMain.c EvalPlanQual): under repeatable read, fail; under read committed, lock the newest
 * version and see whether it still qualifies.
 */
export function newestVersion(
  execution: Execution,
  file: RelFile,
  outcome: ModifyResult,
  options?: ModifyOptions,
): HeapTuple | 'being-modified' | null {
  const { heap } = execution.engine.access;
  for (let result = outcome; ;) {
    if (result.kind === 'self-modified') return null;
    if (result.kind === 'being-modified') return 'being-modified';
    if (result.kind === 'invisible') throw error(SqlState.internalError, 'attempted to change an invisible row');
    if (result.kind === 'ok') throw error(SqlState.internalError, 'a row that changed did not change');
    refuseIfFixed(execution, result.kind);
    if (result.kind === 'deleted') return null;
    const tuple = heap.successor(file, result);
    if (tuple === null) return null;
    result = heap.lock(file, tuple.tid, options);
    if (result.kind === 'ok') return tuple;
  }
}

function refuseIfFixed({ isSnapshotFixed }: Execution, kind: 'updated' | 'deleted'): void {
  if (!isSnapshotFixed) return;
  const what = kind === 'updated' ? 'update' : 'delete';
  throw error(SqlState.serializationFailure, `could not serialize access due to concurrent ${what}`);
}

/** The flat row with one table's part replaced by another version of it. */
export function withVersion(row: Row, source: Source, relation: Relation, tuple: HeapTuple): Row {
  const changed = row.slice();
  tuple.values(relation.layout).forEach((value, index) => (changed[source.offset + index] = value));
  changed[systemSlot(source)] = readSystemColumns(relation, tuple);
  return changed;
}
