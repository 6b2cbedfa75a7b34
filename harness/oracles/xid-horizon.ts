import type { DatabaseHorizon, TableHorizon } from '../adapters/inspection.js';
import { countedBehind, printXid } from './counted-xids.js';
import type { FilesEvidence, FilesOracle, Violation } from './oracle.js';

const FIRST_NORMAL_XID = 3;

/**
 * Verifies: in a stopped cluster no row has an id older than its table's relfrozenxid, no table's is older than its
 * database's datfrozenxid, and none of these older than the oldest id that the control file names; from look to look none
 * of these goes back.
 *
 * Does not verify: tables that all databases share; that horizons move on.
 */
export const xidHorizon: FilesOracle = (evidence) => {
  const { horizons, control, moment } = evidence;
  if (moment !== 'stopped') return [];
  const regressions = wentBack(evidence);
  const orders = horizons.flatMap((database) =>
    notBefore(control.oldestXid, database.frozenXid, `database ${database.database}`, "the cluster's oldest id").concat(
      tablesOf(database),
      rowsOf(database, evidence),
    ),
  );
  return [...regressions, ...orders];
};

/** A table that is emptied or made anew has another file, and begins again. */
function wentBack({ control, horizons, memory }: FilesEvidence): Violation[] {
  const known: [string, number][] = [
    ["the cluster's oldest id", control.oldestXid],
    ...horizons.flatMap(({ database, frozenXid, tables }): [string, number][] => [
      [`datfrozenxid of database ${database}`, frozenXid],
      ...tables.map((table): [string, number] => [`relfrozenxid of ${table.name} in ${table.file}`, table.frozenXid]),
    ]),
  ];
  return known.flatMap(([what, xid]) => {
    if (xid < FIRST_NORMAL_XID) return [];
    const [now, before] = [countedBehind(xid, control.nextXid), memory.horizons.get(what) ?? 0];
    memory.horizons.set(what, now);
    if (now >= before) return [];
    return [
      { invariant: 'xid-horizon', promised: `${what} stays at ${printXid(before)} or goes on`, found: printXid(now) },
    ];
  });
}

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
