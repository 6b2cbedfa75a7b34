import type { Caller } from '../../functions/call.js';
import type { Evaluate } from '../compile.js';
import type { Frame, Row, Rows } from '../frame.js';
import type { Explained, PlanNode } from '../plan-node.js';

/** Rows that are at hand already. */
export class ArrayRows implements Rows {
  private at = 0;

  constructor(private readonly all: readonly Row[]) {}

  next(): Row | null {
    return this.at < this.all.length ? this.all[this.at++] : null;
  }

  close(): void {}
}

/** One row without columns: a SELECT without FROM. */
export class OneRow implements PlanNode {
  open(): Rows {
    return new ArrayRows([[]]);
  }

  explain(): Explained {
    return { title: 'Result' };
  }
}

/** The rows of a VALUES list. */
export class ValuesScan implements PlanNode {
  constructor(private readonly rows: readonly (readonly Evaluate[])[]) {}

  open(frame: Frame): Rows {
    let at = 0;
    return {
      next: () => (at < this.rows.length ? this.rows[at++].map((value) => value([], frame)) : null),
      close: () => {},
    };
  }

  explain(): Explained {
    return this.rows.length === 1 ? { title: 'Result' } : { title: 'Values Scan on "*VALUES*"' };
  }
}

export type Condition = (row: Row, frame: Frame) => boolean;

/** Only the rows that pass. `lines` say so in EXPLAIN. */
export class Filter implements PlanNode {
  constructor(
    private readonly input: PlanNode,
    private readonly condition: Condition,
    private readonly text: string,
  ) {}

  open(frame: Frame): Rows {
    const rows = this.input.open(frame);
    const { condition } = this;
    return {
      next() {
        for (let row = rows.next(); row !== null; row = rows.next()) if (condition(row, frame)) return row;
        return null;
      },
      close: () => rows.close(),
    };
  }

  explain(): Explained {
    const below = this.input.explain();
    return { ...below, details: [...(below.details ?? []), `Filter: ${this.text}`] };
  }
}

/** Computes the target row. */
export class Project implements PlanNode {
  constructor(
    private readonly input: PlanNode,
    private readonly targets: readonly Evaluate[],
  ) {}

  open(frame: Frame): Rows {
    const rows = this.input.open(frame);
    const { targets } = this;
    return {
      next() {
        const row = rows.next();
        if (row === null) return null;
        const result: Row = [];
        for (const target of targets) result.push(target(row, frame));
        return result;
      },
      close: () => rows.close(),
    };
  }

  explain(): Explained {
    return this.input.explain();
  }
}

/** A set-returning call of a target list, as code. */
export interface CompiledSetCall {
  readonly register: number;
  readonly caller: Caller;
  readonly args: readonly Evaluate[];
}

/** Computes target rows of which some columns are sets: as many for each input row as the longest set has values. */
export class ProjectSet implements PlanNode {
  constructor(
    private readonly input: PlanNode,
    private readonly calls: readonly CompiledSetCall[],
    private readonly targets: readonly Evaluate[],
  ) {}

  open(frame: Frame): Rows {
    const rows = this.input.open(frame);
    const { registers, engine } = frame.execution;
    let current: Row | null = null;
    let sets: Iterator<unknown>[] = [];
    const step = (): boolean => {
      const values = sets.map((set) => set.next());
      values.forEach(({ done, value }, index) => (registers[this.calls[index].register] = done ? null : value));
      return values.some(({ done }) => !done);
    };
    const next = (): Row | null => {
      engine.interrupts.check();
      while (current === null || !step()) {
        current = rows.next();
        if (current === null) return null;
        sets = this.calls.map((call) => this.begin(call, current!, frame));
      }
      return this.targets.map((target) => target(current!, frame));
    };
    return { next, close: () => rows.close() };
  }

  explain(): Explained {
    return { title: 'ProjectSet', children: [this.input] };
  }

  private begin({ caller, args }: CompiledSetCall, row: Row, frame: Frame): Iterator<unknown> {
    const set = caller(
      args.map((arg) => arg(row, frame)),
      frame.execution.call,
    ) as Iterable<unknown>;
    return set[Symbol.iterator]();
  }
}

/** Cuts the target row to the columns that are shown. */
export class Trim implements PlanNode {
  constructor(
    private readonly input: PlanNode,
    private readonly count: number,
  ) {}

  open(frame: Frame): Rows {
    const rows = this.input.open(frame);
    return {
      next: () => {
        const row = rows.next();
        return row && row.slice(0, this.count);
      },
      close: () => rows.close(),
    };
  }

  explain(): Explained {
    return this.input.explain();
  }
}

/** Gives the rows of a subquery the width of their source in the flat row. */
export class SubqueryScan implements PlanNode {
  constructor(
    private readonly input: PlanNode,
    private readonly width: number,
    private readonly alias: string,
  ) {}

  open(frame: Frame): Rows {
    const rows = this.input.open(frame);
    return {
      next: () => {
        const row = rows.next();
        return row && widened(row, this.width);
      },
      close: () => rows.close(),
    };
  }

  explain(): Explained {
    return { title: `Subquery Scan on ${this.alias}`, children: [this.input] };
  }
}

export function widened(row: Row, width: number): Row {
  const wide = row.slice();
  for (let i = row.length; i < width; i++) wide.push(null);
  return wide;
}
