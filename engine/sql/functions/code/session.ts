import type { Oid } from '../../../base/block.js';
import { type Lsn, lsn } from '../../../base/lsn.js';
import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import { SqlArray } from '../../types/array/sql-array.js';
import { canonical } from '../../types/uuid.js';
import { add } from '../../types/numeric/arithmetic.js';
import { Numeric } from '../../types/numeric/numeric.js';
import { types } from '../../types/type-table.js';
import type { CallEnvironment } from '../environment.js';
import { type Implementation, bound } from '../signature.js';

/** Functions that ask about the session, the clock, or the types themselves. */
type Env = CallEnvironment;

/** A random (version 4) UUID. */
function randomUuid(env: Env): string {
  const bytes = Buffer.from(Array.from({ length: 16 }, () => Math.floor(env.random() * 256)));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return canonical(bytes.toString('hex'));
}

/** With current_schemas(true) the catalog comes first, as it is searched first. */
function schemas(implicit: boolean, env: Env): SqlArray<string> {
  const path = env.session.searchPath();
  return SqlArray.of(implicit && !path.includes('pg_catalog') ? ['pg_catalog', ...path] : [...path]);
}

function formatType(oid: Oid | null, typmod: number | null): string | null {
  return oid === null ? null : types.format(oid, typmod ?? undefined);
}

function movedLsn(position: Lsn, bytes: Numeric, sign: 1 | -1): Lsn {
  if (bytes.isNaN)
    throw error(SqlState.featureNotSupported, `cannot ${sign > 0 ? 'add NaN to' : 'subtract NaN from'} pg_lsn`);
  const step = sign > 0 ? bytes : bytes.negate();
  const moved = step.isFinite ? Number(add(Numeric.fromInteger(position), step).round(0).unscaled) : -1;
  if (moved < 0 || !Number.isSafeInteger(moved)) throw error(SqlState.invalidParameterValue, 'pg_lsn out of range');
  return lsn(moved);
}

export const sessionCode: Readonly<Record<string, Implementation>> = {
  now: (env: Env) => env.now(),
  statement_timestamp: (env: Env) => env.statementTime(),
  clock_timestamp: (env: Env) => env.clockTime(),
  current_user: (env: Env) => env.session.user,
  session_user: (env: Env) => env.session.sessionUser,
  current_database: (env: Env) => env.session.database,
  current_schema: (env: Env) => env.session.searchPath()[0] ?? null,
  current_schemas: schemas,
  pgsql_version: (env: Env) => env.session.version,
  getdatabaseencoding: () => 'UTF8',
  PG_encoding_to_char: (encoding: number) => (encoding === UTF8_ENCODING ? 'UTF8' : encoding === 0 ? 'SQL_ASCII' : ''),
  gen_random_uuid: randomUuid,
  pg_typeof: bound(
    ({ args: [type] }) =>
      () =>
        type,
  ),
  format_type: formatType,
  pg_lsn_mi: (a: Lsn, b: Lsn) => Numeric.fromInteger(BigInt(a) - BigInt(b)),
  pg_lsn_pli: (position: Lsn, bytes: Numeric) => movedLsn(position, bytes, 1),
  pg_lsn_mii: (position: Lsn, bytes: Numeric) => movedLsn(position, bytes, -1),
  numeric_pl_pg_lsn: (bytes: Numeric, position: Lsn) => movedLsn(position, bytes, 1),
  pg_column_size: bound(({ args: [type] }) => {
    const { storage } = types.byOid(type);
    return (value: unknown) => (value === null ? null : columnBytes(storage.length, storage.byteLength(value)));
  }),
};

/** pg_wchar.h PG_UTF8. */
const UTF8_ENCODING = 6;

/** A varlena has a length word of one byte, or of four when it is long. */
function columnBytes(length: number, payloadBytes: number): number {
  if (length !== -1) return payloadBytes;
  return payloadBytes + (payloadBytes <= 126 ? 1 : 4);
}
