import type { Node } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at, namesOf } from '../parse/nodes.js';

/** All text compares by bytes: any other collation is refused. */
export function refuseCollation(collname: readonly Node[] | undefined, location: number | undefined): void {
  const name = namesOf(collname).pop();
  if (!['default', 'C', 'POSIX', 'ucs_basic'].includes(name!)) {
    throw error(SqlState.undefinedObject, `collation "${name}" for encoding "UTF8" does not exist`, at(location));
  }
}
