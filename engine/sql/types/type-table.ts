import type { Oid } from '../../base/block.js';
import { SqlState } from '../../base/sqlstate.js';
import { error } from '../../base/errors.js';
import { aclitem } from './aclitem.js';
import { arrayType, vectorType } from './array/type.js';
import { bool } from './bool.js';
import { bytea } from './bytea.js';
import { char } from './char.js';
import { date } from './datetime/date.js';
import { interval } from './datetime/interval.js';
import { time } from './datetime/time.js';
import { timestamp, timestamptz } from './datetime/timestamp.js';
import { float4, float8 } from './floats.js';
import { cid, int2, int4, int8, oid, xid, xid8 } from './integers.js';
import { pgLsn } from './lsn.js';
import { name } from './name.js';
import { numeric } from './numeric/type.js';
import { referenceTypes } from './object-references.js';
import { TypeOid } from './oids.js';
import { pgSnapshot, txidSnapshot } from './pg-snapshot.js';
import { pseudoTypes } from './pseudo.js';
import type { SqlType } from './sql-type.js';
import { bpchar, cstring, pgNodeTree, text, unknown, varchar } from './text.js';
import { tid } from './tid.js';
import { printedName, sqlSpellings } from './type-names.js';
import { type TypeRow, arrayTypeRows } from './type-rows.js';
import { uuid } from './uuid.js';

const scalarTypes: readonly SqlType[] = [
  bool,
  bytea,
  char,
  name,
  int8,
  int2,
  int4,
  text,
  oid,
  tid,
  xid,
  cid,
  pgNodeTree,
  float4,
  float8,
  unknown,
  aclitem,
  bpchar,
  varchar,
  date,
  time,
  timestamp,
  timestamptz,
  interval,
  numeric,
  uuid,
  pgLsn,
  cstring,
  xid8,
  pgSnapshot,
  txidSnapshot,
  vectorType(TypeOid.int2vector, int2),
  vectorType(TypeOid.oidvector, oid),
  ...referenceTypes,
  ...pseudoTypes,
];

/** All types of the engine. Immutable: the engine has no user-defined types. */
export class TypeTable {
  private readonly oids = new Map<Oid, SqlType>();
  private readonly names = new Map<string, SqlType>();

  constructor() {
    for (const type of scalarTypes) this.add(type);
    for (const row of arrayTypeRows) this.add(arrayType(row.oid, this.byOid(row.element)) as SqlType);
  }

  private add(type: SqlType): void {
    this.oids.set(type.oid, type);
    this.names.set(type.name, type);
  }

  /** Throws an internal error for an oid that is no type. */
  byOid(oid: Oid): SqlType {
    const type = this.oids.get(oid);
    if (!type) throw error(SqlState.internalError, `cache lookup failed for type ${oid}`);
    return type;
  }

  find(oid: Oid): SqlType | undefined {
    return this.oids.get(oid);
  }

  /** By catalog name (`int4`, `_text`) or SQL spelling (`double precision`, `character varying`), in lower case. */
  byName(name: string): SqlType | undefined {
    return this.names.get(name) ?? this.names.get(sqlSpellings[name] ?? '');
  }

  all(): IterableIterator<SqlType> {
    return this.oids.values();
  }

  row(oid: Oid): TypeRow {
    return this.byOid(oid).row;
  }

  /** The array type over `element`, 0 when there is none. */
  arrayOf(element: Oid): Oid {
    return this.find(element)?.row.array ?? 0;
  }

  /** The element type of a true array type (not of name or the vectors), 0 for other types. */
  elementOf(array: Oid): Oid {
    const row = this.find(array)?.row;
    return row?.category === 'A' && row.length === -1 ? row.element : 0;
  }

  /** How SQL writes the type, e.g. `numeric(10,2)`, `timestamp(3) with time zone`, `integer[]`: format_type(). */
  format(oid: Oid, typmod?: number): string {
    const type = this.find(oid);
    if (!type) return oid === 0 ? '-' : '???';
    if (isTrueArray(type.row)) return `${this.format(type.row.element, typmod)}[]`;
    const modifiers = typmod !== undefined && typmod >= 0 && type.typmodOut ? type.typmodOut(typmod) : '';
    return printedName(oid, type.name, modifiers, typmod);
  }
}

/** Arrays that print as `element[]`: not the vectors, which are fixed-layout types of their own. */
function isTrueArray(row: TypeRow): boolean {
  return row.element !== 0 && row.name.startsWith('_');
}

export const types = new TypeTable();
