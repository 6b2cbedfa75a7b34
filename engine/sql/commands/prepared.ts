import type { DeallocateStmt, DiscardStmt, ExecuteStmt, Node, PrepareStmt } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { coerceOrFail } from '../analyse/coerce.js';
import { transformExpression } from '../analyse/expressions.js';
import { Parameters } from '../analyse/parameters.js';
import { Scope } from '../analyse/scope.js';
import { isPlannable } from '../analyse/statement.js';
import { resolveTypeName } from '../analyse/type-casts.js';
import { compile } from '../execute/compile.js';
import { bodyOf, unsupported } from '../parse/nodes.js';
import { parseExpression } from '../plan/planned-statement.js';
import { Planner } from '../plan/planner.js';
import { runPlanned, startExecution } from '../session/execution.js';
import { Statement } from '../session/statement.js';
import { types } from '../types/type-table.js';
import type { Command, CommandContext } from './command.js';

/** PREPARE and EXECUTE as statements. They share their names with the protocol's prepared statements. */
export const prepareCommand: Command<PrepareStmt> = {
  run(context, { name, argtypes, query }) {
    if (!isPlannable(query!)) throw unsupported('PREPARE of this statement');
    if (context.prepared.has(name!)) {
      throw error(SqlState.duplicatePreparedStatement, `prepared statement "${name}" already exists`);
    }
    const given = (argtypes ?? []).map((type) => resolveTypeName(bodyOf(type)).type);
    context.prepared.set(name!, new Statement(context, { node: query!, text: `PREPARE ${name}` }, given, true));
    return { tag: 'PREPARE' };
  },
};

function findPrepared({ prepared }: CommandContext, name: string): Statement {
  const found = prepared.get(name);
  if (found instanceof Statement && found.raw && isPlannable(found.raw.node)) return found;
  throw error(SqlState.invalidSqlStatementName, `prepared statement "${name}" does not exist`);
}

export const executeCommand: Command<ExecuteStmt> = {
  columns: (context, { name }) => findPrepared(context, name!).planned().columns,
  run(context, { name, params }) {
    const statement = findPrepared(context, name!);
    const values = argumentValues(context, name!, statement, params ?? []);
    const planned = statement.planned();
    return { columns: planned.columns ?? undefined, run: runPlanned(context, planned, values) };
  },
};

/** The arguments of EXECUTE, as the statement's parameter types. */
function argumentValues(
  context: CommandContext,
  name: string,
  statement: Statement,
  nodes: readonly Node[],
): unknown[] {
  const { parameterTypes } = statement;
  if (nodes.length !== parameterTypes.length) {
    throw error(SqlState.syntaxError, `wrong number of parameters for prepared statement "${name}"`, {
      detail: `Expected ${parameterTypes.length} parameters but got ${nodes.length}.`,
    });
  }
  const scope = new Scope(undefined);
  scope.clause = 'execute';
  const { parser, environment } = context;
  const analyser = {
    context: {
      openRelation: () => {
        throw error(SqlState.featureNotSupported, 'cannot use subquery in EXECUTE parameter');
      },
      parameters: new Parameters([], false),
      text: environment,
      parseExpression: (text: string) => parseExpression(parser, text),
      noteLocking: () => {},
    },
  };
  const level = { scope, base: 0, keys: null, parent: null };
  const frame = startExecution(context, { writes: null }, []);
  return nodes.map((node, index) => {
    const type = parameterTypes[index];
    const value = coerceOrFail(transformExpression(analyser, scope, node), type, -1, 'assignment', (from) =>
      error(
        SqlState.datatypeMismatch,
        `parameter $${index + 1} of type ${from} cannot be coerced to the expected type ${types.format(type)}`,
        { hint: 'You will need to rewrite or cast the expression.' },
      ),
    );
    return compile(value, new Planner(context.planning), level)([], frame);
  });
}

export const deallocateCommand: Command<DeallocateStmt> = {
  run({ prepared }, { name }) {
    if (name === undefined || name === '') {
      prepared.clear();
      return { tag: 'DEALLOCATE ALL' };
    }
    if (!prepared.delete(name)) {
      throw error(SqlState.invalidSqlStatementName, `prepared statement "${name}" does not exist`);
    }
    return { tag: 'DEALLOCATE' };
  },
};

export const discardCommand: Command<DiscardStmt> = {
  run(context, { target }) {
    if (target === 'DISCARD_ALL') {
      context.block.refuseInBlock('DISCARD ALL');
      context.settings.resetAll();
      context.prepared.clear();
    }
    return { tag: `DISCARD ${target!.slice('DISCARD_'.length)}` };
  },
};
