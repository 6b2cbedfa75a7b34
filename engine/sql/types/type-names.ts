import type { Oid } from '../../base/block.js';
import { TypeOid } from './oids.js';

/** The names that the SQL standard gives to types, as the grammar turns them into catalog names (parser/gram.y). */
export const sqlSpellings: Readonly<Record<string, string>> = {
  int: 'int4',
  integer: 'int4',
  smallint: 'int2',
  bigint: 'int8',
  real: 'float4',
  'double precision': 'float8',
  float: 'float8',
  decimal: 'numeric',
  dec: 'numeric',
  boolean: 'bool',
  'character varying': 'varchar',
  'char varying': 'varchar',
  character: 'bpchar',
  'national character': 'bpchar',
  nchar: 'bpchar',
  'time without time zone': 'time',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
};

const printedNames: Readonly<Record<Oid, string>> = {
  [TypeOid.bool]: 'boolean',
  [TypeOid.bpchar]: 'character',
  [TypeOid.char]: '"char"',
  [TypeOid.float4]: 'real',
  [TypeOid.float8]: 'double precision',
  [TypeOid.int2]: 'smallint',
  [TypeOid.int4]: 'integer',
  [TypeOid.int8]: 'bigint',
  [TypeOid.any]: '"any"',
  [TypeOid.time]: 'time without time zone',
  [TypeOid.timestamp]: 'timestamp without time zone',
  [TypeOid.timestamptz]: 'timestamp with time zone',
  [TypeOid.varchar]: 'character varying',
};

/**
 * The name of a scalar type as format_type() prints it, with its modifiers: `character varying(10)`, `timestamp(3) without
 * time zone` (utils/adt/format_type.c).
 */
export function printedName(oid: Oid, catalogName: string, modifiers: string, typmod: number | undefined): string {
  if (oid === TypeOid.bpchar && typmod === -1) return 'bpchar';
  const name = printedNames[oid] ?? catalogName;
  const words = / (with|without) time zone$/.exec(name);
  return words ? name.slice(0, words.index) + modifiers + words[0] : name + modifiers;
}
