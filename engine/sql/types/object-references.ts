import { INVALID_OID, type Oid } from '../../base/block.js';
import { SqlState } from '../../base/sqlstate.js';
import { error } from '../../base/errors.js';
import type { NamedKind } from './environment.js';
import { oid } from './integers.js';
import { TypeOid } from './oids.js';
import { type SqlType, defineType } from './sql-type.js';
import { uint32Storage } from './storages.js';

/**
 * The reg* types: an object's oid that reads and prints as the object's name (utils/adt/regproc.c).
 *
 * Values are oids. Names need the catalog of the environment; without one only numbers are understood, and printed.
 */
function referenceType(typeOid: Oid, kind: NamedKind): SqlType<number> {
  return defineType<number>(typeOid, {
    storage: uint32Storage(typeOid),
    input(text, _typmod, env) {
      if (text === '-') return INVALID_OID;
      if (/^[0-9]+$/.test(text)) return oid.input(text, -1);
      if (!env?.names) throw error(SqlState.featureNotSupported, `cannot look up "${text}" without a catalog`);
      return env.names.oidOf(kind, text);
    },
    output: (value, env) => (value === INVALID_OID ? '-' : (env?.names?.nameOf(kind, value) ?? String(value))),
    send: (value) => oid.send(value),
    receive: (bytes, typmod) => oid.receive(bytes, typmod),
    compare: (a, b) => oid.compare(a, b),
    equals: (a, b) => a === b,
    hash: (value) => oid.hash(value),
  });
}

export const referenceTypes: readonly SqlType<number>[] = [
  referenceType(TypeOid.regproc, 'function'),
  referenceType(TypeOid.regprocedure, 'function-with-arguments'),
  referenceType(TypeOid.regclass, 'relation'),
  referenceType(TypeOid.regtype, 'type'),
  referenceType(TypeOid.regnamespace, 'schema'),
  referenceType(TypeOid.regrole, 'role'),
];
