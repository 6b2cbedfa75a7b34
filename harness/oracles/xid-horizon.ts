import type { DatabaseHorizon, TableHorizon } from '../adapters/inspection.js';
import type { FilesEvidence, FilesOracle, Violation } from './oracle.js';

const FIRST_NORMAL_XID = 3;

/**
 * Verifies: in a stopped cluster no row has an id older than its table's relfrozenxid, no table's is older than its
 * database's datfrozenxid, and none of these older than the oldest id that the control file names.
 *
 * Does not verify: tables that all databases share; that horizons move on.
 */
export const xidHorizon: FilesOracle = (evidence) => {
  const { horizons, control, moment } = evidence;
  if (moment !== 'stopped') return [];
  return horizons.flatMap((database) =>
    notBefore(control.oldestXid, database.frozenXid, `database ${database.database}`, "the cluster's oldest id").concat(
      tablesOf(database),
      rowsOf(database, evidence),
    ),
  );
};

function tablesOf({ database, frozenXid, tables }: DatabaseHorizon): Violation[] {
  return tables.flatMap((table) =>
    notBefore(frozenXid, table.frozenXid, `table ${table.name}`, `datfrozenxid of database ${database}`),
  );
}

function rowsOf({ tables }: DatabaseHorizon, { pages }: FilesEvidence): Violation[] {
  const byFile = new Map(tables.map((table): [string, TableHorizon] => [table.file, table]));
  return pages.flatMap(({ file, block, xids }) => {
    const table = byFile.get(file.split('.')[0]);
    if (!table) return [];
    const oldest = [...new Set(xids)].filter((xid) => isBefore(xid, table.frozenXid));
    return oldest.flatMap((xid) =>
      notBefore(table.frozenXid, xid, `a row in ${file} block ${block}`, `relfrozenxid of table ${table.name}`),
    );
  });
}

function isBefore(xid: number, horizon: number): boolean {
  return xid >= FIRST_NORMAL_XID && horizon >= FIRST_NORMAL_XID && ((xid - horizon) | 0) < 0;
}

function notBefore(horizon: number, xid: number, what: string, bound: string): Violation[] {
  if (!isBefore(xid, horizon)) return [];
  return [{ invariant: 'xid-horizon', promised: `${what} has no id older than ${horizon}, ${bound}`, found: `${xid}` }];
}
