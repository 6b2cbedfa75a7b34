import { DEFAULT_TABLESPACE, GLOBAL_TABLESPACE, type Oid } from '../../base/block.js';
import { TupleLayout } from '../../access/tuple/tuple-layout.js';
import { types } from '../types/type-table.js';
import { catalogColumns } from './catalog-columns.js';
import { NEVER_COUNTED, type Column, type Relation } from './relation.js';

export const PG_CATALOG_NAMESPACE: Oid = 11;
export const PUBLIC_NAMESPACE: Oid = 2200;
export const BOOTSTRAP_SUPERUSER: Oid = 10;
export const HEAP_ACCESS_METHOD: Oid = 2;
/** The oids of the catalogs that code here refers to. */
export const CatalogOid = {
  tablespace: 1213,
  type: 1247,
  attribute: 1249,
  class: 1259,
  authid: 1260,
  database: 1262,
  am: 2601,
  amop: 2602,
  amproc: 2603,
  attrdef: 2604,
  constraint: 2606,
  description: 2609,
  index: 2610,
  namespace: 2615,
  opclass: 2616,
  opfamily: 2753,
  collation: 3456,
} as const;

export interface CatalogDefinition {
  readonly oid: Oid;
  readonly name: string;
  readonly isShared: boolean;
  readonly columns: readonly Column[];
  readonly layout: TupleLayout;
  /** By column name. */
  readonly indexes: ReadonlyMap<string, number>;
  /** Where the leading columns that are never null, and always as long, stand in a tuple's data. */
  readonly leadingOffsets: readonly number[];
}

function parseDefinition(text: string): CatalogDefinition {
  const [, oid, name, shared, list] = /^(\d+) (\S+?)( shared)?: (.*)$/.exec(text)!;
  const columns = list.split(', ').map((column, index): Column => {
    const [columnName, typeName] = column.split(' ');
    const type = types.byName(typeName.replace('!', ''))!.oid;
    return {
      name: columnName,
      number: index + 1,
      type,
      typmod: -1,
      notNull: typeName.endsWith('!'),
      defaultText: undefined,
    };
  });
  return {
    oid: Number(oid),
    name,
    isShared: shared !== undefined,
    columns,
    layout: layoutOf(columns),
    indexes: new Map(columns.map((column, index) => [column.name, index])),
    leadingOffsets: leadingOffsets(columns),
  };
}

function leadingOffsets(columns: readonly Column[]): number[] {
  const offsets: number[] = [];
  let end = 0;
  for (const { type, notNull } of columns) {
    const { length, align } = types.byOid(type).storage;
    if (!notNull || length < 0) break;
    const offset = Math.ceil(end / align) * align;
    offsets.push(offset);
    end = offset + length;
  }
  return offsets;
}

export function layoutOf(columns: readonly Column[]): TupleLayout {
  return new TupleLayout(columns.map(({ type }) => types.byOid(type).storage));
}

/** All catalogs, in the order of their oids. */
export const catalogTable: readonly CatalogDefinition[] = catalogColumns
  .trim()
  .replaceAll(',\n ', ',')
  .split('\n')
  .map(parseDefinition);

const byOid = new Map(catalogTable.map((definition) => [definition.oid, definition]));

export function catalogDefinition(oid: Oid): CatalogDefinition {
  return byOid.get(oid)!;
}

/** A catalog as a relation of one database. Catalogs are described by this table, never by their own rows. */
export function catalogRelation({ oid, name, isShared, columns, layout }: CatalogDefinition, database: Oid): Relation {
  return {
    oid,
    name,
    isShared,
    columns,
    layout,
    schema: PG_CATALOG_NAMESPACE,
    schemaName: 'pg_catalog',
    kind: 'table',
    isCatalog: true,
    file: {
      tablespace: isShared ? GLOBAL_TABLESPACE : DEFAULT_TABLESPACE,
      database: isShared ? 0 : database,
      relation: oid,
    },
    checks: [],
    indexes: [],
    fillFactor: 100,
    counted: NEVER_COUNTED,
  };
}
