import type { IndexElem, Node } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { acceptsType, defaultOperatorClass, operatorClasses, type OperatorClass } from '../catalog/operator-classes.js';
import type { Relation } from '../catalog/relation.js';
import type { IndexKeyColumn } from '../catalog/table-index.js';
import { bodyOf, namesOf, unsupported } from '../parse/nodes.js';
import { types } from '../types/type-table.js';
import { refuseCollation } from './collations.js';

const MAX_INDEX_COLUMNS = 32;
const SYSTEM_COLUMNS = new Set(['tableoid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax']);

export interface IndexColumns {
  /** Places in the table, from 0, keys first. */
  readonly places: readonly number[];
  readonly keys: readonly IndexKeyColumn[];
}

/** The columns of CREATE INDEX (commands/indexcmds.c ComputeIndexAttrs). */
export function indexColumns(
  table: Relation,
  keys: readonly Node[] | undefined,
  including: readonly Node[] | undefined,
): IndexColumns {
  const elements = (keys ?? []).map((node) => bodyOf(node) as IndexElem);
  const others = (including ?? []).map((node) => bodyOf(node) as IndexElem);
  if (elements.length + others.length > MAX_INDEX_COLUMNS)
    throw error(SqlState.tooManyColumns, `cannot use more than ${MAX_INDEX_COLUMNS} columns in an index`);
  const places = [...elements, ...others].map((element) => placeOf(table, element));
  others.forEach(refuseOrder);
  return { places, keys: elements.map((element, index) => keyColumn(element, table.columns[places[index]].type)) };
}

function placeOf(table: Relation, { name, expr }: IndexElem): number {
  if (expr || name === undefined) throw unsupported('an index on an expression');
  if (SYSTEM_COLUMNS.has(name))
    throw error(SqlState.featureNotSupported, 'index creation on system columns is not supported');
  const place = table.columns.findIndex((column) => column.name === name);
  if (place < 0) throw error(SqlState.undefinedColumn, `column "${name}" does not exist`);
  return place;
}

function refuseOrder({ ordering, nulls_ordering: nulls, opclass, collation }: IndexElem): void {
  const refuse = (what: string): Error =>
    error(SqlState.invalidObjectDefinition, `including column does not support ${what}`);
  if (collation) throw refuse('a collation');
  if (opclass) throw refuse('an operator class');
  if (ordering !== 'SORTBY_DEFAULT') throw refuse('ASC/DESC options');
  if (nulls !== 'SORTBY_NULLS_DEFAULT') throw refuse('NULLS FIRST/LAST options');
}

function keyColumn({ ordering, nulls_ordering: nulls, opclass, collation }: IndexElem, type: number): IndexKeyColumn {
  if (collation) refuseCollation(collation, undefined);
  const descending = ordering === 'SORTBY_DESC';
  return {
    operatorClass: (opclass ? namedClass(opclass, type) : defaultClass(type)).oid,
    descending,
    nullsFirst: nulls === 'SORTBY_NULLS_DEFAULT' ? descending : nulls === 'SORTBY_NULLS_FIRST',
  };
}

/** Raises 42704 for a type that has no order. */
export function defaultClass(type: number): OperatorClass {
  const found = defaultOperatorClass(type);
  if (found) return found;
  throw error(
    SqlState.undefinedObject,
    `data type ${types.format(type)} has no default operator class for access method "btree"`,
    {
      hint: 'You must specify an operator class for the index or define a default operator class for the data type.',
    },
  );
}

function namedClass(nodes: readonly Node[], type: number): OperatorClass {
  const name = namesOf(nodes).pop()!;
  if (name.endsWith('_pattern_ops')) throw unsupported(`the operator class ${name}`);
  const found = operatorClasses.find((candidate) => candidate.name === name);
  if (!found)
    throw error(SqlState.undefinedObject, `operator class "${name}" does not exist for access method "btree"`);
  if (acceptsType(found, type)) return found;
  throw error(SqlState.datatypeMismatch, `operator class "${name}" does not accept data type ${types.format(type)}`);
}
