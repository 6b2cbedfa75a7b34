import type { DeleteStmt, InsertStmt, Node, SelectStmt, UpdateStmt } from '@pgsql/types';
import { bodyOf, kindOf } from '../parse/nodes.js';
import type { AnalysisContext } from './context.js';
import { analyseDelete, analyseInsert, analyseUpdate } from './modify.js';
import type { ModifyStatement, Query } from './query.js';
import { Scope } from './scope.js';
import { analyseSelect } from './select.js';

export type Statement = Query | ModifyStatement;

/** Statements that are planned and executed; all others are commands. */
export function isPlannable(node: Node): boolean {
  return ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt'].includes(kindOf(node));
}

/** Analyses a plannable statement: resolves its names and types, and locks its tables. */
export function analyseStatement(context: AnalysisContext, node: Node): Statement {
  const analyser = { context };
  const body = bodyOf(node);
  switch (kindOf(node)) {
    case 'InsertStmt':
      return analyseInsert(analyser, body as InsertStmt);
    case 'UpdateStmt':
      return analyseUpdate(analyser, body as UpdateStmt);
    case 'DeleteStmt':
      return analyseDelete(analyser, body as DeleteStmt);
    default:
      return analyseSelect(analyser, body as SelectStmt, new Scope(undefined));
  }
}
