import type { Oid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { isPlannable } from '../analyse/statement.js';
import type { OutputColumn } from '../analyse/query.js';
import type { CommandContext } from '../commands/command.js';
import type { RawStatement } from '../parse/parser.js';
import { planStatement, type PlannedStatement } from '../plan/planned-statement.js';
import type { ColumnDescription, PreparedStatement } from '../session.js';
import { types } from '../types/type-table.js';

const CHECK_SIZES_EVERY = 32;
const GROWTH = 2;
const SMALL_PAGES = 8;

/** A parsed statement and its plan, which is made anew when the catalog has changed. */
export class Statement implements PreparedStatement {
  readonly text: string;
  readonly parameterTypes: readonly Oid[];
  readonly columns: readonly ColumnDescription[] | null;
  private plan: PlannedStatement | undefined;
  private uses = 0;

  constructor(
    private readonly context: CommandContext,
    /** undefined for an empty query string. */
    readonly raw: RawStatement | undefined,
    givenTypes: readonly Oid[],
    openParameters: boolean,
    /** The result columns of a statement that is not planned. */
    commandColumns: () => readonly OutputColumn[] | null = () => null,
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
      const columns = commandColumns();
      this.columns = columns ? describeColumns(columns) : null;
    }
  }

  /** The plan, its tables locked. */
  planned(): PlannedStatement {
    const standing = this.standingPlan();
    if (standing) return standing;
    const plan = planStatement(this.context.planning, this.raw!.node, this.parameterTypes, false);
    if (!sameTypes(this.columns, plan.columns)) {
      throw error(SqlState.featureNotSupported, 'cached plan must not change result type');
    }
    this.plan = plan;
    return plan;
  }

  /** The plan, its tables locked; undefined when it is out of date. */
  standingPlan(): PlannedStatement | undefined {
    const { catalog } = this.context;
    const { plan } = this;
    catalog.cache.refresh();
    if (!plan || !this.stands(plan) || this.isOutgrown(plan)) return undefined;
    for (const { relation, mode } of plan.locks) catalog.lock(relation, mode);
    catalog.cache.refresh();
    return this.stands(plan) ? plan : undefined;
  }

  private stands({ catalogVersion, costsVersion, searchPath, isTransient }: PlannedStatement): boolean {
    const { catalog, planning } = this.context;
    return (
      catalogVersion === catalog.cache.version &&
      costsVersion === planning.costsVersion &&
      searchPath === catalog.searchPath.text &&
      !isTransient
    );
  }

  /** Has a table become so much bigger that another plan may be the better one? Looked at now and then. */
  private isOutgrown({ sizes }: PlannedStatement): boolean {
    if (++this.uses % CHECK_SIZES_EVERY !== 0) return false;
    for (const [file, pages] of sizes)
      if (this.context.planning.filePages(file) > GROWTH * pages + SMALL_PAGES) return true;
    return false;
  }
}

function sameTypes(described: readonly ColumnDescription[] | null, planned: readonly OutputColumn[] | null): boolean {
  if (described === null || planned === null) return described === planned;
  return (
    described.length === planned.length && described.every(({ typeOid }, index) => typeOid === planned[index].type)
  );
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
