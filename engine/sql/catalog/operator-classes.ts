import type { Oid } from '../../base/block.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';

/** What a B-tree index orders a column by (a row of pg_opclass): always the type's own order. */
export interface OperatorClass {
  readonly oid: Oid;
  readonly name: string;
  readonly family: Oid;
  /** The type of the values it is for; other types may be stored as it. */
  readonly input: Oid;
  /** Is it what an index on that type gets when none is named? */
  readonly isDefault: boolean;
}

/** Classes whose operators may be mixed in a condition on an index (a row of pg_opfamily). */
export interface OperatorFamily {
  readonly oid: Oid;
  readonly name: string;
  readonly types: readonly Oid[];
}

export const BTREE_ACCESS_METHOD: Oid = 403;

/** Oid, name, family, input type; `*` marks those that are not the default (catalog/pg_opclass.dat). */
const CLASSES = `
1978 int4_ops 1976 int4
1979 int2_ops 1976 int2
1981 oid_ops 1989 oid
3122 date_ops 434 date
3123 float8_ops 1970 float8
3124 int8_ops 1976 int8
3125 numeric_ops 1988 numeric
3126 text_ops 1994 text
3127 timestamptz_ops 434 timestamptz
3128 timestamp_ops 434 timestamp
10000 array_ops 397 anyarray
10003 bool_ops 424 bool
10004 bpchar_ops 426 bpchar
10006 bytea_ops 428 bytea
10007 char_ops 429 char
10012 float4_ops 1970 float4
10022 interval_ops 1982 interval
10028 name_ops 1994 name
10032 oidvector_ops 1991 oidvector
10038 time_ops 1996 time
10044 varchar_ops 1994 text *
10050 tid_ops 2789 tid
10053 xid8_ops 5067 xid8
10065 uuid_ops 2968 uuid
10067 pg_lsn_ops 3253 pg_lsn
`;

/** Oid and name of each family (catalog/pg_opfamily.dat). */
const FAMILIES = `
397 array_ops
424 bool_ops
426 bpchar_ops
428 bytea_ops
429 char_ops
434 datetime_ops
1970 float_ops
1976 integer_ops
1982 interval_ops
1988 numeric_ops
1989 oid_ops
1991 oidvector_ops
1994 text_ops
1996 time_ops
2789 tid_ops
2968 uuid_ops
3253 pg_lsn_ops
5067 xid8_ops
`;

/** Family, left type, right type and oid of the comparison function (catalog/pg_amproc.dat, support function 1). */
const COMPARISONS = `
397 anyarray anyarray 382
424 bool bool 1693
426 bpchar bpchar 1078
428 bytea bytea 1954
429 char char 358
434 date date 1092
434 date timestamp 2344
434 date timestamptz 2357
434 timestamp date 2370
434 timestamp timestamp 2045
434 timestamp timestamptz 2526
434 timestamptz date 2383
434 timestamptz timestamp 2533
434 timestamptz timestamptz 1314
1970 float4 float4 354
1970 float4 float8 2194
1970 float8 float4 2195
1970 float8 float8 355
1976 int8 int8 842
1976 int8 int2 2193
1976 int8 int4 2189
1976 int2 int8 2192
1976 int2 int2 350
1976 int2 int4 2190
1976 int4 int8 2188
1976 int4 int2 2191
1976 int4 int4 351
1982 interval interval 1315
1988 numeric numeric 1769
1989 oid oid 356
1991 oidvector oidvector 404
1994 name name 359
1994 name text 246
1994 text name 253
1994 text text 360
1996 time time 1107
2789 tid tid 2794
2968 uuid uuid 2960
3253 pg_lsn pg_lsn 3251
5067 xid8 xid8 5096
`;

function lines(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
}

const typeNamed = (name: string): Oid => types.byName(name)!.oid;

export const operatorClasses: readonly OperatorClass[] = lines(CLASSES).map(([oid, name, family, input, mark]) => ({
  oid: Number(oid),
  name,
  family: Number(family),
  input: typeNamed(input),
  isDefault: mark === undefined,
}));

export const operatorFamilies: readonly OperatorFamily[] = lines(FAMILIES).map(([oid, name]) => ({
  oid: Number(oid),
  name,
  types: operatorClasses
    .filter(({ family, isDefault }) => family === Number(oid) && isDefault)
    .map(({ input }) => input),
}));

/** The comparison functions of the families. */
export const familyComparisons = lines(COMPARISONS).map(([family, left, right, procedure]) => ({
  family: Number(family),
  left: typeNamed(left),
  right: typeNamed(right),
  procedure: Number(procedure),
}));

/** Types whose values are stored as those of another, in the order of that. */
const STORED_AS: Readonly<Record<Oid, Oid>> = {
  [TypeOid.varchar]: TypeOid.text,
  [TypeOid.regproc]: TypeOid.oid,
  [TypeOid.regprocedure]: TypeOid.oid,
  [TypeOid.regclass]: TypeOid.oid,
  [TypeOid.regtype]: TypeOid.oid,
  [TypeOid.regnamespace]: TypeOid.oid,
  [TypeOid.regrole]: TypeOid.oid,
  [TypeOid.int2vector]: TypeOid.anyarray,
};

/** The type a class for values of `type` must be for. */
function inputFor(type: Oid): Oid {
  const stored = STORED_AS[type] ?? type;
  return types.elementOf(stored) !== 0 && types.row(stored).category === 'A' && stored !== TypeOid.oidvector
    ? TypeOid.anyarray
    : stored;
}

/** The class an index on a column of that type gets; undefined when the type has no order. */
export function defaultOperatorClass(type: Oid): OperatorClass | undefined {
  if (!types.byOid(type).ordered) return undefined;
  const input = inputFor(type);
  return operatorClasses.find((candidate) => candidate.isDefault && candidate.input === input);
}

/** Can an index with that class be on a column of that type? */
export function acceptsType({ input }: OperatorClass, type: Oid): boolean {
  return inputFor(type) === input;
}

const classesByOid = new Map(operatorClasses.map((each) => [each.oid, each]));
const familiesByOid = new Map(operatorFamilies.map((each) => [each.oid, each]));

export function operatorClass(oid: Oid): OperatorClass {
  return classesByOid.get(oid)!;
}

/** Do comparisons with operands of that type belong to the family? */
export function isInFamily(family: Oid, type: Oid): boolean {
  return familiesByOid.get(family)!.types.includes(type);
}
