import type { Tid } from '../../base/block.js';
import { INVALID_XID } from '../../base/xid.js';
import type { HeapTuple } from '../../access/heap/heap.js';
import type { Relation } from '../catalog/relation.js';
import type { Frame } from './frame.js';
import type { SystemColumns } from './system-columns.js';

/** The system columns of a tuple a scan stands on; cmin and cmax are the raw command id, as in PostgreSQL. */
export function readSystemColumns(relation: Relation, tuple: HeapTuple): SystemColumns {
  const command = tuple.commandId;
  return { tableoid: relation.oid, ctid: tuple.tid, xmin: tuple.xmin, xmax: tuple.xmax, cmin: command, cmax: command };
}

/** Those of a version that this very command has made. */
export function ownSystemColumns(relation: Relation, ctid: Tid, frame: Frame): SystemColumns {
  const { transactions } = frame.execution.engine.access;
  const command = transactions.commandId();
  return { tableoid: relation.oid, ctid, xmin: transactions.xid(), xmax: INVALID_XID, cmin: command, cmax: command };
}
