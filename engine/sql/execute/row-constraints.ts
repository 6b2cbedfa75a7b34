import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Relation } from '../catalog/relation.js';
import { types } from '../types/type-table.js';
import type { Evaluate } from './compile.js';
import type { Frame, Row } from './frame.js';

export interface CompiledCheck {
  readonly name: string;
  readonly condition: Evaluate;
}

/** What every new row version of a table must satisfy (executor/execMain.c ExecConstraints). */
export class RowConstraints {
  private readonly notNull: readonly number[];

  constructor(
    private readonly relation: Relation,
    private readonly checks: readonly CompiledCheck[],
  ) {
    this.notNull = relation.columns.flatMap(({ notNull }, index) => (notNull ? [index] : []));
  }

  /** Raises 23502 or 23514. `row` holds the table's columns at `offset`. */
  verify(values: Row, row: Row, frame: Frame): void {
    for (const index of this.notNull) if (values[index] === null) throw this.nullViolation(index, values, frame);
    for (const { name, condition } of this.checks) {
      if (condition(row, frame) === false) throw this.checkViolation(name, values, frame);
    }
  }

  private nullViolation(index: number, values: Row, frame: Frame): Error {
    const { name, schemaName } = this.relation;
    const column = this.relation.columns[index].name;
    return error(
      SqlState.notNullViolation,
      `null value in column "${column}" of relation "${name}" violates not-null constraint`,
      {
        detail: this.describe(values, frame),
        schema: schemaName,
        table: name,
        column,
      },
    );
  }

  private checkViolation(constraint: string, values: Row, frame: Frame): Error {
    const { name, schemaName } = this.relation;
    return error(SqlState.checkViolation, `new row for relation "${name}" violates check constraint "${constraint}"`, {
      detail: this.describe(values, frame),
      schema: schemaName,
      table: name,
      constraint,
    });
  }

  private describe(values: Row, frame: Frame): string {
    const texts = this.relation.columns.map(({ type }, index) => {
      const value = values[index];
      return value === null ? 'null' : shortened(types.byOid(type).output(value, frame.execution.call));
    });
    return `Failing row contains (${texts.join(', ')}).`;
  }
}

const LONGEST_SHOWN_BYTES = 64;

function shortened(text: string): string {
  if (Buffer.byteLength(text) <= LONGEST_SHOWN_BYTES) return text;
  const cut = Buffer.from(text)
    .toString('utf8', 0, LONGEST_SHOWN_BYTES)
    .replace(/\ufffd+$/, '');
  return `${cut}...`;
}
