import { resourceManagers } from '../../../engine/access/rmgr-table.js';
import { formatLsn } from '../../../engine/base/lsn.js';
import { describeXlogRecord } from '../../../engine/recovery/xlog-describe.js';
import type { DecodedBlock, WalRecord } from '../../../engine/wal/record.js';
import { Rmgr } from '../../../engine/wal/rmgr-ids.js';

const FORK_NAMES = ['', ' fork fsm', ' fork vm', ' fork init'];

const managers = resourceManagers({ id: Rmgr.xlog, name: 'XLOG', redo: () => {}, describe: describeXlogRecord });

/** A log record as pg_waldump prints it, without lengths. */
export function recordLine(record: WalRecord): string {
  const manager = managers.get(record.rmgr);
  const name = manager?.name ?? `rmgr ${record.rmgr}`;
  const blocks = record.blocks.map((block) => describeBlock(block)).join('');
  return `${formatLsn(record.lsn)} ${name} tx ${record.xid}: ${manager ? describe(manager, record) : ''}${blocks}`;
}

function describe(manager: { describe(record: WalRecord): string }, record: WalRecord): string {
  try {
    return manager.describe(record);
  } catch (thrown) {
    return `cannot be described: ${(thrown as Error).message}`;
  }
}

function describeBlock({ id, file, fork, block, hasImage }: DecodedBlock): string {
  const { tablespace, database, relation } = file;
  const relationPath = `${tablespace}/${database}/${relation}`;
  return `, blkref #${id}: rel ${relationPath}${FORK_NAMES[fork]} blk ${block}${hasImage ? ' FPW' : ''}`;
}
