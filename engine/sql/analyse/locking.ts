import type { LockingClause, Node, SelectStmt } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at, bodyOf, unsupported } from '../parse/nodes.js';
import type { RowLocking } from './query.js';
import type { Scope } from './scope.js';
import type { Source } from './source.js';

const STRENGTHS: Record<string, RowLocking['strength']> = {
  LCS_FORKEYSHARE: 'key share',
  LCS_FORSHARE: 'share',
  LCS_FORNOKEYUPDATE: 'no key update',
  LCS_FORUPDATE: 'update',
};
const POLICIES: Record<string, RowLocking['waitPolicy']> = {
  LockWaitBlock: 'block',
  LockWaitSkip: 'skip',
  LockWaitError: 'error',
};

/** FOR UPDATE and its weaker forms; null when there is none. */
export function transformLocking(scope: Scope, node: SelectStmt): RowLocking | null {
  const clauses = (node.lockingClause ?? []).map((clause: Node) => bodyOf(clause) as LockingClause);
  if (clauses.length === 0) return null;
  if (clauses.length > 1) throw unsupported('more than one locking clause');
  const [{ strength, waitPolicy, lockedRels }] = clauses;
  const name = `FOR ${STRENGTHS[strength!].toUpperCase()}`;
  refuseShapes(name, node, scope);
  const sources = lockedRels
    ? lockedRels.map((rel) => lockedSource(scope, name, bodyOf(rel)))
    : scope.sources.filter(isTable);
  for (const source of sources) source.usesSystemColumns = true;
  return { sources, strength: STRENGTHS[strength!], waitPolicy: POLICIES[waitPolicy ?? 'LockWaitBlock'] };
}

function isTable(source: Source): boolean {
  return source.body.kind === 'table' && source.body.relation.kind === 'table';
}

function refuseShapes(name: string, node: SelectStmt, scope: Scope): void {
  const refuse = (what: string): Error => error(SqlState.featureNotSupported, `${name} is not allowed with ${what}`);
  if (node.distinctClause) throw refuse('DISTINCT clause');
  if (node.groupClause) throw refuse('GROUP BY clause');
  if (node.havingClause) throw refuse('HAVING clause');
  if (scope.aggregates.length > 0) throw refuse('aggregate functions');
  if (scope.setCalls.length > 0) throw refuse('set-returning functions in the target list');
}

function lockedSource(scope: Scope, name: string, rel: { relname?: string; location?: number }): Source {
  const source = scope.sources.find(({ alias }) => alias === rel.relname);
  if (!source)
    throw error(
      SqlState.undefinedTable,
      `relation "${rel.relname}" in ${name} clause not found in FROM clause`,
      at(rel.location),
    );
  if (!isTable(source))
    throw error(SqlState.wrongObjectType, `${name} cannot be applied to a ${source.body.kind}`, at(rel.location));
  return source;
}
