import type { Node } from '@pgsql/types';
import type { Oid } from '../../base/block.js';
import { isPlannable } from '../analyse/statement.js';
import type { OutputColumn } from '../analyse/query.js';
import { commandFor, type BoundCommand } from '../commands/command-table.js';
import type { CommandContext } from '../commands/command.js';
import type { RawStatement } from '../parse/parser.js';
import { planStatement, type PlannedStatement } from '../plan/planned-statement.js';
import type { ColumnDescription, PreparedStatement } from '../session.js';
import { types } from '../types/type-table.js';

/** Does the statement end a transaction block? Then it may run in a failed one. */
export function endsBlock(node: Node): boolean {
  if (isPlannable(node)) return false;
  const bound = findCommand(node);
  return bound?.command.endsBlock?.(bound.body) ?? false;
}

function findCommand(node: Node): BoundCommand | undefined {
  try {
    return commandFor(node);
  } catch {
    return undefined;
  }
}

/** A parsed statement and its plan, which is made anew when the catalog has changed. */
export class Statement implements PreparedStatement {
  readonly text: string;
  readonly parameterTypes: readonly Oid[];
  readonly columns: readonly ColumnDescription[] | null;
  private plan: PlannedStatement | undefined;

  constructor(
    private readonly context: CommandContext,
    /** undefined for an empty query string. */
    readonly raw: RawStatement | undefined,
    givenTypes: readonly Oid[],
    openParameters: boolean,
  ) {
    this.text = raw?.text ?? '';
    this.parameterTypes = givenTypes;
    this.columns = null;
    if (!raw) return;
    if (isPlannable(raw.node)) {
      this.plan = planStatement(context.planning, raw.node, givenTypes, openParameters);
      this.parameterTypes = this.plan.parameterTypes;
      this.columns = this.plan.columns && describeColumns(this.plan.columns);
    } else {
      const { command, body } = commandFor(raw.node);
      const columns = command.columns?.(context, body);
      this.columns = columns ? describeColumns(columns) : null;
    }
  }

  /** The plan, its tables locked. */
  planned(): PlannedStatement {
    const { catalog, planning } = this.context;
    catalog.cache.refresh();
    if (this.plan && this.plan.catalogVersion === catalog.cache.version) {
      for (const { relation, mode } of this.plan.locks) catalog.lock(relation, mode);
      catalog.cache.refresh();
      if (this.plan.catalogVersion === catalog.cache.version) return this.plan;
    }
    this.plan = planStatement(planning, this.raw!.node, this.parameterTypes, false);
    return this.plan;
  }
}

export function describeColumns(columns: readonly OutputColumn[]): ColumnDescription[] {
  return columns.map(({ name, type, typmod, table, attribute }) => ({
    name,
    tableOid: table,
    attribute,
    typeOid: type,
    typeLength: types.row(type).length,
    typeModifier: typmod,
  }));
}
