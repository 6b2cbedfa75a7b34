import { type Lsn, formatLsn, lsn, parseLsn, readLsn, writeLsn } from '../../base/lsn.js';
import { receiveInt64, sendInt64 } from './integers.js';
import { TypeOid } from './oids.js';
import { type SqlType, defineType, hashInteger, invalidInput } from './sql-type.js';
import { fixedStorage } from './storages.js';

function parse(text: string): Lsn {
  try {
    return parseLsn(text);
  } catch {
    throw invalidInput('pg_lsn', text);
  }
}

export const pgLsn: SqlType<Lsn> = defineType(TypeOid.pgLsn, {
  storage: fixedStorage<Lsn>(
    TypeOid.pgLsn,
    (value, target, at) => writeLsn(target, at, value),
    (source, at) => readLsn(source, at),
  ),
  input: parse,
  output: formatLsn,
  send: (value) => sendInt64(BigInt(value)),
  receive: (bytes) => lsn(Number(receiveInt64(bytes))),
  compare: (a, b) => a - b,
  equals: (a, b) => a === b,
  hash: (value) => hashInteger(BigInt(value)),
});
