import type { WalFacts } from '../adapters/inspection.js';
import { printLsn, type FilesOracle, type Violation } from './oracle.js';

/**
 * Verifies: the log can be read from the redo position without a gap; each record's previous link is the start of the
 * record before it, and positions rise; the redo position stands at or before its checkpoint record, which is in the
 * log; checkpoint and redo never go back from look to look, and in a stopped cluster neither do page LSNs and the end
 * of the log; a stopped cluster's log ends with its shutdown checkpoint.
 *
 * Does not verify: page LSNs between a crash and the end of recovery, which puts older images back before it replays
 * what follows them; that pages are covered by the log (write-ahead); what the records do.
 */
export const lsnChain: FilesOracle = (evidence) => {
  const { control, wal, memory, moment, pages } = evidence;
  const around = { redo: control.redo, checkpoint: control.checkpoint, endOfLog: wal.end };
  const wrong = (promised: string, found: string): Violation => ({
    invariant: 'lsn-monotonicity',
    promised,
    found,
    lsns: around,
  });
  const violations = chain(wal, wrong);

  if (control.redo > control.checkpoint) {
    violations.push(
      wrong(
        'the redo position is not after its checkpoint',
        `redo ${printLsn(control.redo)}, checkpoint ${printLsn(control.checkpoint)}`,
      ),
    );
  }
  const record = wal.records.find(({ lsn }) => lsn === control.checkpoint);
  if (record?.kind !== 'checkpoint') {
    violations.push(
      wrong(
        `the log holds the checkpoint record at ${printLsn(control.checkpoint)}`,
        `the log from ${printLsn(wal.start)} ends at ${printLsn(wal.end)}: ${wal.endReason}`,
      ),
    );
  } else if (record.checkpoint!.redo !== control.redo) {
    violations.push(
      wrong(
        'control file and checkpoint record name the same redo position',
        `${printLsn(control.redo)} and ${printLsn(record.checkpoint!.redo)}`,
      ),
    );
  }
  if (moment === 'stopped' && wal.records.at(-1)?.lsn !== control.checkpoint) {
    violations.push(
      wrong(
        'the shutdown checkpoint is the last record',
        `${wal.records.length} records follow from ${printLsn(control.redo)}`,
      ),
    );
  }
  for (const name of ['checkpoint', 'redo'] as const) {
    if (control[name] < memory[name])
      violations.push(wrong(`${name} never goes back from ${printLsn(memory[name])}`, printLsn(control[name])));
    memory[name] = control[name];
  }
  if (wal.end < memory.walEnd && moment === 'stopped')
    violations.push(wrong(`the log grows from ${printLsn(memory.walEnd)}`, `it ends at ${printLsn(wal.end)}`));
  memory.walEnd = wal.end;

  for (const { file, block, lsn } of pages) {
    const name = `${file} block ${block}`;
    const before = memory.pageLsns.get(name) ?? 0;
    const wentBack = moment === 'stopped' && lsn < before && lsn !== 0;
    if (wentBack) violations.push(wrong(`the LSN of ${name} never goes back from ${printLsn(before)}`, printLsn(lsn)));
    memory.pageLsns.set(name, Math.max(lsn, before));
  }
  return violations;
};

function chain(wal: WalFacts, wrong: (promised: string, found: string) => Violation): Violation[] {
  const violations: Violation[] = [];
  wal.records.forEach((record, index) => {
    const before = wal.records[index - 1];
    if (!before) return;
    if (record.previous !== before.lsn) {
      violations.push(
        wrong(`the record at ${printLsn(record.lsn)} links back to ${printLsn(before.lsn)}`, printLsn(record.previous)),
      );
    }
    if (record.lsn < before.endLsn)
      violations.push(
        wrong('records do not overlap', `${printLsn(record.lsn)} begins before ${printLsn(before.endLsn)}`),
      );
  });
  return violations;
}
