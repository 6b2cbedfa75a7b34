import type { Node } from '@pgsql/types';
import { bodyOf, kindOf, stringOf } from '../parse/nodes.js';

/** The name an output column gets when none is given (parser/parse_target.c FigureColname). */
export function figureColumnName(node: Node): string {
  return figure(node)?.name ?? '?column?';
}

/** `strong` names win over those of a surrounding cast. */
interface Figured {
  readonly name: string;
  readonly strong: boolean;
}

const strong = (name: string): Figured => ({ name, strong: true });
const SQL_VALUES: Record<string, string> = {
  SVFOP_CURRENT_TIMESTAMP_N: 'current_timestamp',
  SVFOP_LOCALTIMESTAMP_N: 'localtimestamp',
};

function figure(node: Node): Figured | undefined {
  const kind = kindOf(node);
  const body = bodyOf(node) as Record<string, never>;
  switch (kind) {
    case 'ColumnRef':
    case 'A_Indirection':
      return lastName(body) ?? (kind === 'A_Indirection' ? figure(body.arg) : undefined);
    case 'FuncCall':
      return strong(stringOf((body.funcname as Node[])[(body.funcname as Node[]).length - 1]));
    case 'A_Expr':
      return body.kind === ('AEXPR_NULLIF' as never) ? strong('nullif') : undefined;
    case 'TypeCast':
      return castName(body);
    case 'CollateClause':
      return figure(body.arg);
    case 'SubLink':
      return subLinkName(body);
    case 'CaseExpr':
      return (body.defresult && strongOnly(figure(body.defresult))) ?? { name: 'case', strong: false };
    case 'A_ArrayExpr':
      return strong('array');
    case 'RowExpr':
      return strong('row');
    case 'CoalesceExpr':
      return strong('coalesce');
    case 'MinMaxExpr':
      return strong(body.op === ('IS_LEAST' as never) ? 'least' : 'greatest');
    case 'SQLValueFunction':
      return strong(SQL_VALUES[body.op] ?? (body.op as string).slice('SVFOP_'.length).toLowerCase());
    default:
      return undefined;
  }
}

function strongOnly(figured: Figured | undefined): Figured | undefined {
  return figured?.strong ? figured : undefined;
}

function lastName(body: Record<string, never>): Figured | undefined {
  const parts = ((body.fields ?? body.indirection) as Node[] | undefined) ?? [];
  const names = parts.filter((part) => 'String' in part);
  return names.length > 0 ? strong(stringOf(names[names.length - 1])) : undefined;
}

function castName(body: Record<string, never>): Figured {
  const inner = strongOnly(figure(body.arg));
  if (inner) return inner;
  const names = (body.typeName as { names: Node[] }).names;
  return { name: stringOf(names[names.length - 1]), strong: false };
}

function subLinkName(body: Record<string, never>): Figured | undefined {
  const kind = body.subLinkType as string;
  if (kind === 'EXISTS_SUBLINK') return strong('exists');
  if (kind === 'ARRAY_SUBLINK') return strong('array');
  if (kind !== 'EXPR_SUBLINK') return undefined;
  const select = (body.subselect as { SelectStmt?: { targetList?: Node[]; valuesLists?: Node[] } }).SelectStmt;
  if (select?.valuesLists) return strong('column1');
  const [target] = select?.targetList ?? [];
  if (!target || !('ResTarget' in target)) return undefined;
  return target.ResTarget.name ? strong(target.ResTarget.name) : figure(target.ResTarget.val!);
}
