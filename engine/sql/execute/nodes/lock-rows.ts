import { error } from '../../../base/errors.js';
import { SqlState } from '../../../base/sqlstate.js';
import type { RowLocking } from '../../analyse/query.js';
import { systemSlot, type Source } from '../../analyse/source.js';
import type { Relation } from '../../catalog/relation.js';
import { newestVersion, withVersion } from '../concurrent-rows.js';
import type { Frame, Row, Rows } from '../frame.js';
import type { Explained, PlanNode } from '../plan-node.js';
import type { SystemColumns } from '../system-columns.js';
import type { Condition } from './simple.js';

/**
 * Locks the rows that pass through (executor/nodeLockRows.c). Every strength is taken as FOR UPDATE, the strongest. A row
 * that changed in the meantime is looked at again in its newest version.
 */
export class LockRows implements PlanNode {
  constructor(
    private readonly input: PlanNode,
    private readonly locking: RowLocking,
    private readonly recheck: Condition | null,
  ) {}

  open(frame: Frame): Rows {
    const rows = this.input.open(frame);
    return {
      next: () => {
        for (let row = rows.next(); row !== null; row = rows.next()) {
          const locked = this.lockAll(row, frame);
          if (locked) return locked;
        }
        return null;
      },
      close: () => rows.close(),
    };
  }

  explain(): Explained {
    return { title: 'LockRows', children: [this.input] };
  }

  private lockAll(row: Row, frame: Frame): Row | null {
    let current: Row | null = row;
    for (const source of this.locking.sources) current = current && this.lockOne(current, source, frame);
    return current;
  }

  private lockOne(row: Row, source: Source, frame: Frame): Row | null {
    const system = row[systemSlot(source)] as SystemColumns | null;
    // The NULL side of an outer join has no row to lock.
    if (system === null) return row;
    const { relation } = source.body as { relation: Relation };
    const { heap } = frame.execution.engine.access;
    const options = { wait: this.locking.waitPolicy === 'block' };
    const result = heap.lock(relation.file, system.ctid, options);
    if (result.kind === 'ok') return row;
    if (result.kind === 'being-modified') return this.occupied(relation);
    const newest = newestVersion(frame.execution, relation.file, result, options);
    if (newest === 'being-modified') return this.occupied(relation);
    if (newest === null) return null;
    const changed = withVersion(row, source, relation, newest);
    return this.recheck === null || this.recheck(changed, frame) ? changed : null;
  }

  private occupied(relation: Relation): null {
    if (this.locking.waitPolicy === 'skip') return null;
    throw error(SqlState.lockNotAvailable, `could not obtain lock on row in relation "${relation.name}"`);
  }
}
