import { SqlState } from '../../base/sqlstate.js';
import { error } from '../../base/errors.js';
import { TypeOid } from './oids.js';
import { type SqlType, defineType } from './sql-type.js';
import { fixedStorage } from './storages.js';

/** One grant (utils/acl.h AclItem). The catalogs' columns of this type are always null: privileges are not kept. */
function unsupported(): never {
  throw error(SqlState.featureNotSupported, 'access privileges are not supported');
}

export const aclitem: SqlType<string> = defineType(TypeOid.aclitem, {
  storage: fixedStorage<string>(TypeOid.aclitem, unsupported, unsupported),
  input: unsupported,
  output: (value) => value,
});
