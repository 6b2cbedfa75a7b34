import type { FailureAccount, Span } from '../../harness/results/failure-account.js';
import type { Failure } from '../report-model.js';

const SEED_FILE = 'reports/runs/W11-durability-869642809.json';

/** Group commit that trusts a flush begun before its own record: an acknowledged transaction is gone. */
export function sampleKillFailure(): Failure {
  const account = killAccount();
  const { seed, workload, mutants, violations } = account;
  return {
    cause: { id: 'c03d91f7', title: 'durability: none of it is in the data' },
    tier: 'kill',
    cycles: 3,
    where: [
      { masterSeed: 1, index: 18, seed },
      { masterSeed: 1, index: 97, seed: 1_804_289_383 },
      { masterSeed: 7, index: 4, seed: 846_930_886 },
    ],
    example: { seed, workload, mutants, violations, seedFile: SEED_FILE, account },
    commands: [
      { what: 'runs the same cycle again', command: `npx crashwright replay ${SEED_FILE}` },
      { what: 'looks for a smaller cycle that fails so', command: `npx crashwright shrink ${SEED_FILE}` },
    ],
  };
}

function killAccount(): FailureAccount {
  return {
    version: 1,
    tier: 'kill',
    seed: 869_642_809,
    workload: 'bank',
    clients: 4,
    mutants: ['W11'],
    violations: [
      {
        invariant: 'durability',
        promised: 'transaction 3.17 (round 1, synchronous, acknowledged at #4711) survives',
        found: 'none of it is in the data',
        lsns: { commit: 0x1a2b3c8 },
      },
      {
        invariant: 'atomicity',
        promised: 'the sum of all accounts is 0',
        found: 'it is -120',
      },
    ],
    faults: [
      { fault: 'stall backend at point commit:after-record #4 for 40 ms', outcome: 'fired at #4690' },
      { fault: 'kill all when backend at fdatasync(wal) #9', outcome: 'fired at #4722' },
      { fault: 'kill startup at point recovery:record-replayed #120', outcome: 'not fired' },
    ],
    operations: [
      '3.16 UPDATE accounts SET balance = balance - 40 WHERE id = 3   acknowledged #4655',
      '1.22 UPDATE accounts SET balance = balance + 7 WHERE id = 1   acknowledged #4683',
      '3.17 UPDATE accounts SET balance = balance - 120 WHERE id = 3   acknowledged #4711',
      '2.19 UPDATE accounts SET balance = balance + 120 WHERE id = 2   commit sent',
    ],
    timelines: [{ title: 'Round 1', lanes: LANES, spans: spans(), marks: marks() }],
    losses: [],
    wal: [
      '1/A2B3A0 Heap tx 811: HOT_UPDATE off 4, blkref #0: rel 1663/5/16390 blk 0',
      '1/A2B3C8 Transaction tx 811: COMMIT 2026-11-22 05:12:03.18 UTC   <-- here',
      'end of the log: 1/A2B3C8',
    ],
    verdicts: [],
    serverLog: ['LOG:  all server processes terminated; reinitializing', 'LOG:  redo starts at 1/A00028'].join('\n'),
  };
}

const LANES = [
  'client 1',
  'client 2',
  'client 3',
  'client 4',
  'backend#1',
  'backend#2',
  'backend#3',
  'walwriter',
  'startup',
];

function spans(): Span[] {
  return [
    { lane: 'client 1', kind: 'transaction', start: 4661, end: 4683, label: '1.22', fate: 'acknowledged' },
    { lane: 'client 1', kind: 'transaction', start: 4688, label: '1.23', fate: 'unknown' },
    { lane: 'client 2', kind: 'transaction', start: 4696, label: '2.19', fate: 'unknown' },
    { lane: 'client 3', kind: 'transaction', start: 4640, end: 4655, label: '3.16', fate: 'acknowledged' },
    { lane: 'client 3', kind: 'transaction', start: 4670, end: 4711, label: '3.17', fate: 'acknowledged' },
    { lane: 'client 4', kind: 'transaction', start: 4650, end: 4702, label: '4.11', fate: 'failed' },
    { lane: 'backend#1', kind: 'write', start: 4676, end: 4678, label: 'write pg_wal/000000010000000000000001' },
    { lane: 'backend#1', kind: 'sync', start: 4678, end: 4682, label: 'fdatasync pg_wal/000000010000000000000001' },
    { lane: 'backend#2', kind: 'write', start: 4719, end: 4721, label: 'write pg_wal/000000010000000000000001' },
    { lane: 'backend#2', kind: 'sync', start: 4722, label: 'fdatasync pg_wal/000000010000000000000001' },
    { lane: 'walwriter', kind: 'write', start: 4692, end: 4694, label: 'write pg_wal/000000010000000000000001' },
    { lane: 'walwriter', kind: 'sync', start: 4694, end: 4699, label: 'fdatasync pg_wal/000000010000000000000001' },
    { lane: 'startup', kind: 'recovery', start: 4724, end: 4760, label: 'redo from 1/A00028' },
  ];
}

function marks() {
  return [
    { at: 4690, lane: 'backend#3', label: 'stall backend at point commit:after-record #4' },
    { at: 4722, label: 'kill all when backend at fdatasync(wal) #9' },
    { at: 4761, label: 'serves again' },
  ];
}
