import type { CopyStmt, Node, SelectStmt } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { OutputColumn } from '../analyse/query.js';
import { isPlannable } from '../analyse/statement.js';
import type { Relation } from '../catalog/relation.js';
import type { CommandContext } from '../commands/command.js';
import type { Row } from '../execute/frame.js';
import { kindOf, namesOf, unsupported } from '../parse/nodes.js';
import { planStatement, type PlannedStatement } from '../plan/planned-statement.js';
import { runPlanned } from '../session/execution.js';
import { copyPlaces, namedColumns } from './copy-columns.js';
import type { CopyEvents } from './copy-from.js';
import type { CopyOptions } from './copy-options.js';
import { rowWriter } from './row-writer.js';

/** COPY ... TO STDOUT (commands/copyto.c): rows pass through one by one. */
export function copyTo(context: CommandContext, body: CopyStmt, options: CopyOptions): CopyEvents {
  const relation = body.relation && openSource(context, body);
  const planned = planStatement(context.planning, relation ? selectFrom(body, relation) : queryOf(body), [], false);
  const { columns } = planned;
  if (!columns) throw error(SqlState.featureNotSupported, 'COPY query must have a RETURNING clause');
  const forceQuote = namedColumns('FORCE_QUOTE', options.forceQuote, columns, relation);
  return events(context, planned, columns, options, forceQuote);
}

function* events(
  context: CommandContext,
  planned: PlannedStatement,
  columns: readonly OutputColumn[],
  options: CopyOptions,
  forceQuote: readonly boolean[],
): CopyEvents {
  const writer = rowWriter(options, columns, forceQuote, context.environment);
  const rows = runPlanned(context, planned, []);
  yield { kind: 'copy-out', isBinary: options.format === 'binary', columnCount: columns.length };
  const head = writer.begin();
  if (head.length > 0) yield { kind: 'copy-data', data: head };
  let count = 0;
  for (let step = rows.next(); !step.done; step = rows.next()) {
    yield { kind: 'copy-data', data: writer.row(step.value as Row) };
    count++;
  }
  const tail = writer.end();
  if (tail.length > 0) yield { kind: 'copy-data', data: tail };
  yield { kind: 'copy-done' };
  return `COPY ${count}`;
}

function openSource({ catalog }: CommandContext, { relation }: CopyStmt): Relation {
  const found = catalog.open({ ...relation, location: undefined }, 'AccessShare');
  if (found.kind !== 'view') return found;
  throw error(SqlState.wrongObjectType, `cannot copy from view "${found.name}"`, {
    hint: 'Try the COPY (SELECT ...) TO variant.',
  });
}

/** `SELECT a, b FROM ONLY t`. */
function selectFrom({ relation: name, attlist }: CopyStmt, relation: Relation): Node {
  const places = copyPlaces(relation, attlist && namesOf(attlist));
  const targetList = places.map((place): Node => {
    const fields: Node[] = [{ String: { sval: relation.columns[place].name } }];
    return { ResTarget: { val: { ColumnRef: { fields } } } };
  });
  const select: SelectStmt = {
    targetList,
    fromClause: [{ RangeVar: { ...name, location: undefined } }],
    limitOption: 'LIMIT_OPTION_DEFAULT',
    op: 'SETOP_NONE',
  };
  return { SelectStmt: select };
}

function queryOf({ query }: CopyStmt): Node {
  if (isPlannable(query!)) return query!;
  throw unsupported(`COPY of ${kindOf(query!)}`);
}
