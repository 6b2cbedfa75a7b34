import type { DefElem, Node } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { bodyOf } from '../parse/nodes.js';

/**
 * The storage parameters of a table or index as the catalog keeps them: `fillfactor=70`. It is accepted, and pages are
 * filled all the same: it is advice.
 */
export function storageOptions(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map((node) => storageOption(bodyOf(node) as DefElem));
}

function storageOption({ defname, arg }: DefElem): string {
  if (defname !== 'fillfactor') throw error(SqlState.invalidParameterValue, `unrecognized parameter "${defname}"`);
  const value = (bodyOf(arg!) as { ival?: number }).ival ?? 0;
  if (value >= 10 && value <= 100) return `${defname}=${value}`;
  throw error(SqlState.invalidParameterValue, `value ${value} out of bounds for option "fillfactor"`, {
    detail: 'Valid values are between "10" and "100".',
  });
}
