import type { Tid } from '../../../base/block.js';
import { error } from '../../../base/errors.js';
import { SqlState } from '../../../base/sqlstate.js';
import type { ModifyResult } from '../../../access/heap/heap.js';
import { systemSlot, type Source } from '../../analyse/source.js';
import type { Relation } from '../../catalog/relation.js';
import type { Evaluate } from '../compile.js';
import { newestVersion, withVersion } from '../concurrent-rows.js';
import type { Frame, Row, Rows } from '../frame.js';
import { IndexEntries } from '../index-entries.js';
import type { ConflictAction } from '../on-conflict.js';
import type { RowUpdates } from '../row-updates.js';
import { ownSystemColumns } from '../read-system-columns.js';
import type { Explained, PlanNode } from '../plan-node.js';
import type { RowConstraints } from '../row-constraints.js';
import type { SystemColumns } from '../system-columns.js';
import type { Condition } from './simple.js';

/** What INSERT, UPDATE and DELETE have in common. */
export interface Target {
  readonly relation: Relation;
  readonly source: Source;
  /** Over the row as RETURNING sees it; null without RETURNING. */
  readonly returning: readonly Evaluate[] | null;
}

/** A statement that changes a table: runs to its end before the first row of RETURNING is shown. */
export interface ModifyPlan extends PlanNode {
  /** Changes the rows; returns how many. `show` gets the rows of RETURNING. */
  run(frame: Frame, show: (row: Row) => void): number;
}

abstract class Modify implements ModifyPlan {
  protected readonly entries: IndexEntries;

  constructor(
    protected readonly input: PlanNode,
    protected readonly target: Target,
  ) {
    this.entries = new IndexEntries(target.relation);
  }

  abstract readonly verb: string;

  /** Changes one row; true when it did. */
  protected abstract change(row: Row, frame: Frame, show: (row: Row) => void): boolean;

  run(frame: Frame, show: (row: Row) => void): number {
    const { interrupts } = frame.execution.engine;
    const rows = this.input.open(frame);
    let count = 0;
    for (let row = rows.next(); row !== null; row = rows.next()) {
      if (count % CHECK_EVERY_ROWS === 0) interrupts.check();
      if (this.change(row, frame, show)) count++;
    }
    rows.close();
    return count;
  }

  open(frame: Frame): Rows {
    const shown: Row[] = [];
    let at = -1;
    return {
      next: () => {
        if (at < 0) this.run(frame, (row) => void shown.push(row));
        return shown[++at] ?? null;
      },
      close: () => {},
    };
  }

  explain(): Explained {
    const { name } = this.target.relation;
    const { alias } = this.target.source;
    return { title: `${this.verb} on ${name}${alias === name ? '' : ` ${alias}`}`, children: [this.input] };
  }

  protected show(row: Row, frame: Frame, show: (row: Row) => void): void {
    const { returning } = this.target;
    if (returning) show(returning.map((value) => value(row, frame)));
  }
}

const CHECK_EVERY_ROWS = 64;

export class Insert extends Modify {
  override readonly verb = 'Insert';

  constructor(
    input: PlanNode,
    target: Target,
    /** A value for every column, over the input's rows; null: the input's rows are the values. */
    private readonly values: readonly Evaluate[] | null,
    private readonly constraints: RowConstraints,
    private readonly onConflict: ConflictAction | null,
  ) {
    super(input, target);
  }

  override explain(): Explained {
    const explained = super.explain();
    return this.onConflict ? { ...explained, details: this.onConflict.details } : explained;
  }

  protected override change(row: Row, frame: Frame, show: (row: Row) => void): boolean {
    const values = this.values ? this.values.map((value) => value(row, frame)) : row;
    this.constraints.verify(values, values, frame);
    if (this.onConflict) return this.insertOr(this.onConflict, values, frame, show);
    const { relation } = this.target;
    const { engine, call } = frame.execution;
    const tid = engine.access.heap.insert(relation.file, relation.layout.form(values), relation.fillFactor);
    this.entries.insert(engine, values, tid, call);
    this.showNew(values, tid, frame, show);
    return true;
  }

  private insertOr(action: ConflictAction, values: Row, frame: Frame, show: (row: Row) => void): boolean {
    for (;;) {
      const outcome = action.arbiters.insert(frame.execution.engine, values, frame.execution.call);
      if ('inserted' in outcome) {
        this.showNew(values, outcome.inserted, frame, show);
        return true;
      }
      const done = action.resolve(values, outcome.conflict, frame, (changed) => this.show(changed, frame, show));
      if (done !== 'again') return done === 'changed';
    }
  }

  private showNew(values: Row, tid: Tid, frame: Frame, show: (row: Row) => void): void {
    if (!this.target.returning) return;
    this.show([...values, ownSystemColumns(this.target.relation, tid, frame)], frame, show);
  }
}

/** UPDATE and DELETE: rows that were found, and may have changed since. */
abstract class ChangeFound extends Modify {
  constructor(
    input: PlanNode,
    target: Target,
    private readonly recheck: Condition | null,
  ) {
    super(input, target);
  }

  /** Tries to change the row version that `row` holds; on success shows it. */
  protected abstract attempt(row: Row, frame: Frame, show: (row: Row) => void): ModifyResult;

  protected override change(row: Row, frame: Frame, show: (row: Row) => void): boolean {
    const { relation, source } = this.target;
    for (let current = row; ;) {
      const result = this.attempt(current, frame, show);
      if (result.kind === 'ok') return true;
      const newest = newestVersion(frame.execution, relation.file, result);
      if (newest === null || newest === 'being-modified') return false;
      current = withVersion(current, source, relation, newest);
      if (this.recheck !== null && !this.recheck(current, frame)) return false;
    }
  }

  protected tidOf(row: Row): SystemColumns['ctid'] {
    const system = row[systemSlot(this.target.source)] as SystemColumns | null;
    if (system === null) throw error(SqlState.internalError, 'a row to change has no place');
    return system.ctid;
  }
}

export class Update extends ChangeFound {
  override readonly verb = 'Update';

  constructor(
    input: PlanNode,
    target: Target,
    recheck: Condition | null,
    private readonly rows: RowUpdates,
  ) {
    super(input, target, recheck);
  }

  protected override attempt(row: Row, frame: Frame, show: (row: Row) => void): ModifyResult {
    return this.rows.update(row, this.tidOf(row), frame, (changed) => this.show(changed, frame, show));
  }
}

export class Delete extends ChangeFound {
  override readonly verb = 'Delete';

  protected override attempt(row: Row, frame: Frame, show: (row: Row) => void): ModifyResult {
    const result = frame.execution.engine.access.heap.delete(this.target.relation.file, this.tidOf(row));
    if (result.kind === 'ok') this.show(row, frame, show);
    return result;
  }
}
