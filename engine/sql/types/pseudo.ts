import type { Oid } from '../../base/block.js';
import { SqlState } from '../../base/sqlstate.js';
import { error } from '../../base/errors.js';
import { TypeOid } from './oids.js';
import { type SqlType, defineType } from './sql-type.js';
import { textStorage } from './storages.js';
import { typeRow } from './type-rows.js';

/** Types that only describe functions: no value of them is ever read or stored. */
function pseudoType(oid: Oid): SqlType<unknown> {
  const refuse = (what: string) => (): never => {
    throw error(SqlState.featureNotSupported, `cannot ${what} a value of type ${typeRow(oid).name}`);
  };
  return defineType<unknown>(oid, {
    storage: {
      ...textStorage(TypeOid.cstring),
      byteLength: refuse('store'),
      write: refuse('store'),
      read: refuse('read'),
    },
    input: refuse('accept'),
    output: refuse('display'),
  });
}

/** What a function that returns nothing returns: prints as the empty string. */
const voidType: SqlType<unknown> = {
  ...pseudoType(TypeOid.void),
  input: () => '',
  output: () => '',
  send: () => Buffer.alloc(0),
};

const oids = [
  TypeOid.any,
  TypeOid.anyarray,
  TypeOid.anyelement,
  TypeOid.anynonarray,
  TypeOid.anycompatible,
  TypeOid.anycompatiblearray,
  TypeOid.anycompatiblenonarray,
  TypeOid.record,
  TypeOid.trigger,
  TypeOid.internal,
];

export const pseudoTypes: readonly SqlType<unknown>[] = [voidType, ...oids.map(pseudoType)];
