import type { Node } from '@pgsql/types';
import type { Oid, RelFile } from '../../base/block.js';
import type { LockMode } from '../../storage/locks/lock-mode.js';
import type { LockStrength } from '../analyse/context.js';
import { Parameters } from '../analyse/parameters.js';
import type { OutputColumn } from '../analyse/query.js';
import { analyseStatement } from '../analyse/statement.js';
import type { Catalog } from '../catalog/catalog.js';
import type { TableIndex } from '../catalog/table-index.js';
import type { ModifyPlan } from '../execute/nodes/modify.js';
import type { PlanNode } from '../execute/plan-node.js';
import type { Parser } from '../parse/parser.js';
import type { TextEnvironment } from '../types/environment.js';
import type { PlanCosts } from './plan-costs.js';
import { planModify } from './plan-modify.js';
import { Planner } from './planner.js';
import { WatchedEnvironment } from './watched-environment.js';

/** A statement ready to run, good for as long as the catalog has not changed. */
export interface PlannedStatement {
  readonly node: PlanNode;
  /** Set for INSERT, UPDATE and DELETE. */
  readonly modify: ModifyPlan | null;
  /** null when it returns no rows. */
  readonly columns: readonly OutputColumn[] | null;
  readonly parameterTypes: readonly Oid[];
  /** Command tag without counts: `INSERT`, `SELECT`. */
  readonly verb: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
  /** May not run in a read-only transaction: the command's name in that error. */
  readonly writes: string | null;
  /** To be locked again when the plan is used again. */
  readonly locks: readonly { readonly relation: Oid; readonly mode: LockMode }[];
  readonly catalogVersion: number;
  readonly costsVersion: number;
  /** The sizes it was chosen by, in pages. */
  readonly sizes: ReadonlyMap<RelFile, number>;
  /** Good for this transaction only, see Planner. */
  readonly isTransient: boolean;
  /** The setting under which names were looked up. */
  readonly searchPath: string;
  /** Does the text alone say what its literals mean? Not those like 'now', or a time without its zone. */
  readonly isTimeless: boolean;
}

export interface PlanningEnvironment {
  readonly catalog: Catalog;
  readonly parser: Parser;
  readonly text: TextEnvironment;
  /** What plans are weighed by at the moment. */
  costs(): PlanCosts;
  /** Moves whenever that changes: plans made before were weighed otherwise. */
  readonly costsVersion: number;
  /** Pages of a table's or index's file. */
  filePages(file: RelFile): number;
  /** Does the index lead to all rows that snapshots of this transaction may see? */
  seesAllOf(index: TableIndex): boolean;
}

/** Analyses and plans one statement. `openParameters`: the types of further parameters may be inferred. */
export function planStatement(
  environment: PlanningEnvironment,
  node: Node,
  parameterTypes: readonly Oid[],
  openParameters: boolean,
): PlannedStatement {
  const { catalog, parser, text } = environment;
  const parameters = new Parameters(parameterTypes, openParameters);
  const locks: { relation: Oid; mode: LockStrength }[] = [];
  let locksRows = false;
  catalog.cache.refresh();
  const catalogVersion = catalog.cache.version;
  const watched = new WatchedEnvironment(text);
  const statement = analyseStatement(
    {
      openRelation(name, mode) {
        const relation = catalog.open(name, mode, { missingSchemaOk: name.schemaname !== 'information_schema' });
        if (!relation.isCatalog) locks.push({ relation: relation.oid, mode });
        return relation;
      },
      parameters,
      text: watched,
      parseExpression: (expression) => parseExpression(parser, expression),
      noteLocking: () => (locksRows = true),
    },
    node,
  );
  const planner = new Planner(environment);
  const isModify = statement.kind === 'insert' || statement.kind === 'update' || statement.kind === 'delete';
  const modify = isModify ? planModify(planner, statement) : null;
  const verb = isModify ? (statement.kind.toUpperCase() as PlannedStatement['verb']) : 'SELECT';
  const plan = isModify ? modify! : planner.planQuery(statement, null);
  return {
    node: plan,
    modify,
    columns: isModify ? (statement.returning?.columns ?? null) : statement.columns,
    parameterTypes: parameters.decided(),
    verb,
    writes: isModify ? verb : locksRows ? 'SELECT FOR UPDATE' : null,
    locks,
    catalogVersion,
    costsVersion: environment.costsVersion,
    sizes: planner.sizes,
    isTransient: planner.isTransient,
    searchPath: catalog.searchPath.text,
    isTimeless: !watched.isUsed,
  };
}

/** An expression the catalog keeps as text. */
export function parseExpression(parser: Parser, text: string): Node {
  const [{ node }] = parser.parse(`SELECT ${text}`);
  const [target] = (node as Extract<Node, { SelectStmt: unknown }>).SelectStmt.targetList!;
  return (target as Extract<Node, { ResTarget: unknown }>).ResTarget.val!;
}
