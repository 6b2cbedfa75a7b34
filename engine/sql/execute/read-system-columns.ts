import type { HeapTuple } from '../../access/heap/heap.js';
import type { Relation } from '../catalog/relation.js';
import type { SystemColumns } from './system-columns.js';

/** The system columns of a tuple a scan stands on; cmin and cmax are the raw command id, as in PostgreSQL. */
export function readSystemColumns(relation: Relation, tuple: HeapTuple): SystemColumns {
  const command = tuple.commandId;
  return { tableoid: relation.oid, ctid: tuple.tid, xmin: tuple.xmin, xmax: tuple.xmax, cmin: command, cmax: command };
}
