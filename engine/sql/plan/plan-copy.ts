import type { CopyStmt } from '@pgsql/types';
import { analyseCopyFrom } from '../analyse/copy.js';
import { Parameters } from '../analyse/parameters.js';
import type { Relation } from '../catalog/relation.js';
import { compile, compileCondition, type Evaluate, type Level } from '../execute/compile.js';
import type { Condition } from '../execute/nodes/simple.js';
import { IndexEntries } from '../execute/index-entries.js';
import { RowConstraints } from '../execute/row-constraints.js';
import { conjuncts } from './conjuncts.js';
import { parseExpression, type PlanningEnvironment } from './planned-statement.js';
import { Planner } from './planner.js';

/** The table that COPY FROM fills, locked, and what its new rows go through. */
export interface CopyTarget {
  readonly relation: Relation;
  /** By column. */
  readonly defaults: readonly Evaluate[];
  readonly where: Condition | null;
  readonly constraints: RowConstraints;
  readonly entries: IndexEntries;
}

export function planCopyFrom(environment: PlanningEnvironment, body: CopyStmt): CopyTarget {
  const { catalog, parser, text } = environment;
  const context = {
    openRelation: catalog.open.bind(catalog),
    parameters: new Parameters([], false),
    text,
    parseExpression: (expression: string) => parseExpression(parser, expression),
    noteLocking: () => {},
  };
  const { relation, scope, defaults, where, checks } = analyseCopyFrom({ context }, body);
  const planner = new Planner(environment);
  const level: Level = { scope, base: 0, keys: null, parent: null };
  return {
    relation,
    entries: new IndexEntries(relation),
    defaults: defaults.map((value) => compile(value, planner, level)),
    where: compileCondition(conjuncts(where), planner, level),
    constraints: new RowConstraints(
      relation,
      checks.map(({ name, condition }) => ({ name, condition: compile(condition, planner, level) })),
    ),
  };
}
