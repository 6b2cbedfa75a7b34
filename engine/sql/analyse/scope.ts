import type { Oid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at } from '../parse/nodes.js';
import { TypeOid } from '../types/oids.js';
import type { AggregateCall, ColumnReference, Expression, SystemColumn, SystemColumnName } from './expression.js';
import type { CommonTable, SetCall } from './query.js';
import { sourceWidth, type Source, type SourceBody, type SourceColumn } from './source.js';

/** The part of a query an expression stands in, as error messages name it (parser/parse_node.h ParseExprKind). */
export type Clause =
  | 'select'
  | 'where'
  | 'having'
  | 'group by'
  | 'order by'
  | 'join'
  | 'limit'
  | 'offset'
  | 'values'
  | 'filter'
  | 'returning'
  | 'update'
  | 'insert'
  | 'default'
  | 'check'
  | 'function'
  | 'distinct on'
  | 'execute'
  | 'copy';

const SYSTEM_COLUMNS: Record<SystemColumnName, Oid> = {
  tableoid: TypeOid.oid,
  ctid: TypeOid.tid,
  xmin: TypeOid.xid,
  xmax: TypeOid.xid,
  cmin: TypeOid.cid,
  cmax: TypeOid.cid,
};

export interface NamedExpression {
  readonly name: string;
  readonly expression: Expression;
}

/** Something column names may be looked up in: a source, or a join whose merged columns hide those of its sides. */
export interface NamespaceItem {
  /** undefined for a join without an alias. */
  readonly alias: string | undefined;
  readonly schemaName: string | undefined;
  readonly columns: readonly NamedExpression[];
  readonly source: Source | undefined;
  /** Do unqualified names find its columns? */
  readonly unqualified: boolean;
  /** Why LATERAL may not refer to it although it stands to the left. */
  readonly barred?: Barrier;
}

export type Barrier = 'outer join' | 'target';

/**
 * One query level: its sources, and which names mean what at the moment. Names not found here are looked for in the
 * level around it (a correlated subquery).
 */
export class Scope {
  readonly sources: Source[] = [];
  namespace: NamespaceItem[] = [];
  clause: Clause = 'select';
  /** Collects this level's aggregate calls. */
  readonly aggregates: AggregateCall[] = [];
  /** Collects set-returning calls of this level's target list. */
  readonly setCalls: SetCall[] = [];
  readonly commonTables = new Map<string, CommonTable>();
  /** Width of the flat row. */
  width = 0;

  constructor(
    readonly parent: Scope | undefined,
    /** Where this query stands in the text, for the names of WITH: a subquery in FROM sees those of its own level. */
    private readonly lexicalParent = parent,
  ) {}

  addSource(alias: string, columns: readonly SourceColumn[], body: SourceBody, location?: number): Source {
    const source: Source = {
      alias,
      scope: this,
      columns,
      offset: this.width,
      body,
      location,
      used: columns.map(() => false),
      usesSystemColumns: false,
    };
    this.sources.push(source);
    this.width += sourceWidth(source);
    return source;
  }

  /** The namespace item that shows all columns of a source. */
  itemFor(source: Source, schemaName?: string): NamespaceItem {
    const columns = source.columns.map((_, index) => ({
      name: source.columns[index].name,
      expression: columnOf(source, index),
    }));
    return { alias: source.alias, schemaName, columns, source, unqualified: true };
  }

  findCommonTable(name: string): CommonTable | undefined {
    return this.commonTables.get(name) ?? this.lexicalParent?.findCommonTable(name);
  }

  /** This level, then those around it. */
  private *outward(): Generator<Scope> {
    yield this;
    if (this.parent) yield* this.parent.outward();
  }

  /** The same as the query is written: also levels whose columns may not be used here. */
  private *outwardInText(): Generator<Scope> {
    yield this;
    if (this.lexicalParent) yield* this.lexicalParent.outwardInText();
  }

  /** What an unqualified column name means. Raises 42703 or 42702. */
  column(name: string, location: number | undefined): Expression {
    for (const scope of this.outward()) {
      const found = scope.columnHere(name, location);
      if (found) return use(found, location);
    }
    throw error(SqlState.undefinedColumn, `column "${name}" does not exist`, {
      ...at(location),
      hint: this.hiddenColumnHint(name),
    });
  }

  /** What `table.column` means. */
  qualifiedColumn(schema: string | undefined, table: string, name: string, location: number | undefined): Expression {
    const item = this.requireItem(schema, table, location);
    const matches = item.columns.filter((column) => column.name === name);
    if (matches.length > 1) throw ambiguous(name, location);
    const found = matches[0]?.expression ?? systemColumn(item, name);
    if (!found) throw error(SqlState.undefinedColumn, `column ${table}.${name} does not exist`, at(location));
    return use(found, location);
  }

  /** Raises 42P01 when no FROM item of that name can be seen from here. */
  requireItem(schema: string | undefined, table: string, location: number | undefined): NamespaceItem {
    for (const scope of this.outward()) {
      const items = scope.namespace.filter((item) => item.alias === table && (!schema || item.schemaName === schema));
      if (items.length > 1)
        throw error(SqlState.ambiguousAlias, `table reference "${table}" is ambiguous`, at(location));
      if (items.length === 1) return permitted(items[0], location);
    }
    throw this.missingTable(table, location);
  }

  hasTable(table: string): boolean {
    return this.namespace.some((item) => item.alias === table) || (this.parent?.hasTable(table) ?? false);
  }

  /** Does an unqualified name mean a column of this very level? */
  hasColumnHere(name: string): boolean {
    return this.namespace.some((item) => item.unqualified && item.columns.some((column) => column.name === name));
  }

  private columnHere(name: string, location: number | undefined): Expression | undefined {
    const visible = this.namespace.filter((item) => item.unqualified);
    let found: Expression | undefined;
    for (const item of visible) {
      for (const column of item.columns) {
        if (column.name !== name) continue;
        if (found) throw ambiguous(name, location);
        permitted(item, location);
        found = column.expression;
      }
    }
    if (found) return found;
    const system = visible.map((item) => systemColumn(item, name)).filter((found) => found !== undefined);
    if (system.length > 1) throw ambiguous(name, location);
    return system[0];
  }

  /** Set when some source that cannot be seen from here has such a column. */
  private hiddenColumnHint(name: string): string | undefined {
    const sources = [...this.outwardInText()].flatMap((scope) => scope.sources);
    const hidden = sources.find(({ columns }) => columns.some((column) => column.name === name));
    if (!hidden) return undefined;
    return `There is a column named "${name}" in table "${hidden.alias}", but it cannot be referenced from this part of the query.`;
  }

  private missingTable(table: string, location: number | undefined): Error {
    for (const scope of this.outwardInText()) {
      const hidden = scope.sources.find(
        (source) => source.alias === table || (source.body.kind === 'table' && source.body.relation.name === table),
      );
      if (!hidden) continue;
      const hint =
        hidden.alias === table
          ? outOfReach(table)
          : `Perhaps you meant to reference the table alias "${hidden.alias}".`;
      return error(SqlState.undefinedTable, invalidReference(table), { ...at(location), hint });
    }
    return error(SqlState.undefinedTable, `missing FROM-clause entry for table "${table}"`, at(location));
  }
}

function invalidReference(table: string): string {
  return `invalid reference to FROM-clause entry for table "${table}"`;
}

function outOfReach(table: string): string {
  return `There is an entry for table "${table}", but it cannot be referenced from this part of the query.`;
}

/** The item itself, unless a lateral reference to it is an error (parser/parse_relation.c check_lateral_ref_ok). */
function permitted(item: NamespaceItem, location: number | undefined): NamespaceItem {
  if (item.barred === undefined) return item;
  const table = item.alias ?? 'unnamed_join';
  throw error(SqlState.invalidColumnReference, invalidReference(table), {
    ...at(location),
    ...(item.barred === 'target'
      ? { hint: outOfReach(table) }
      : { detail: 'The combining JOIN type must be INNER or LEFT for a LATERAL reference.' }),
  });
}

export function columnOf(source: Source, index: number): Expression {
  const { name, type, typmod } = source.columns[index];
  return { kind: 'column', source, index, name, type, typmod };
}

function systemColumn(item: NamespaceItem, name: string): SystemColumn | undefined {
  const type = SYSTEM_COLUMNS[name as SystemColumnName];
  if (type === undefined || !Object.hasOwn(SYSTEM_COLUMNS, name) || item.source?.body.kind !== 'table')
    return undefined;
  return { kind: 'system-column', source: item.source, name: name as SystemColumnName, type, typmod: -1 };
}

/** Notes that a column is read, and where this reference to it stands. */
export function use(expression: Expression, location?: number): Expression {
  if (expression.kind === 'column') return useColumn(expression, location);
  if (expression.kind === 'system-column') expression.source.usesSystemColumns = true;
  else markUsed(expression);
  return location === undefined || !('source' in expression) ? expression : { ...expression, location };
}

function useColumn(column: ColumnReference, location: number | undefined): Expression {
  const { kind, source, index, name, type, typmod } = column;
  source.used[index] = true;
  return location === undefined ? column : { kind, source, index, name, type, typmod, location };
}

/** The merged column of a FULL JOIN reads both sides. */
function markUsed(expression: Expression): void {
  if (expression.kind === 'coalesce') for (const arg of expression.args) use(arg);
  else if ('arg' in expression) use(expression.arg);
  else if (expression.kind === 'call') for (const arg of expression.args) use(arg);
}

function ambiguous(name: string, location: number | undefined): Error {
  return error(SqlState.ambiguousColumn, `column reference "${name}" is ambiguous`, at(location));
}
