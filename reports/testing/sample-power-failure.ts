import type { FailureAccount, Span, Timeline } from '../../harness/results/failure-account.js';
import type { Failure } from '../report-model.js';

/** A page without its full-page image, torn by a loss of power: recovery finds it invalid. */
export function samplePowerFailure(): Failure {
  const account = powerAccount();
  const seedFile = 'reports/runs/W2-power-serves-again-614622476.json';
  return {
    cause: {
      id: '5e0b7c1a',
      title: 'serves-again: FATAL XX<n>: invalid page in block <n> of relation base/<n>/<n> DETAIL: WAL redo at <lsn>',
    },
    tier: 'power',
    cycles: 14,
    where: Array.from({ length: 14 }, (_, each) => ({ masterSeed: 1, index: 3 + 41 * each, seed: 614_622_476 + each })),
    example: {
      seed: account.seed,
      workload: account.workload,
      mutants: account.mutants,
      violations: account.violations,
      seedFile,
      account,
    },
    commands: [
      { what: 'runs the same cycle again', command: `npx crashwright replay ${seedFile}` },
      { what: 'looks for fewer operations and faults that fail so', command: `npx crashwright shrink ${seedFile}` },
      {
        what: 'prints what each process did to the disk',
        command: `npx crashwright trace ${seedFile.replace('.json', '.trace')}`,
      },
    ],
  };
}

function powerAccount(): FailureAccount {
  return {
    version: 1,
    tier: 'power',
    seed: 614_622_476,
    workload: 'vacuum',
    clients: 3,
    mutants: ['W2'],
    violations: [
      {
        invariant: 'serves-again',
        promised: 'the cluster comes up after a power loss',
        found:
          'FATAL XX001: invalid page in block 12 of relation base/5/1249 DETAIL: WAL redo at 0/18F958 for Heap/INSERT off 9 flags 0x00',
        lsns: { record: 0x18f958 },
      },
    ],
    faults: [
      { fault: 'clock any -3600 s at pwrite(wal) #49', outcome: 'not fired' },
      { fault: 'short-write checkpointer at pwrite(data) #11 8192 bytes', outcome: 'not fired' },
    ],
    operations: operations(),
    timelines: [runTimeline(), recoveryTimeline()],
    losses: [firstLoss(), nestedLoss()],
    wal: [
      'redo 0/18F7A0, checkpoint record 0/18F7A0',
      '0/18F818 XLOG tx 0: NEXTOID 24576',
      '0/18F838 Storage tx 0: CREATE base/5/16384',
      '0/18F868 CLOG tx 0: ZEROPAGE page 0',
      '0/18F888 Heap tx 3: INSERT off 14 flags 0x00, blkref #0: rel 1663/5/1259 blk 1',
      '0/18F958 Heap tx 3: INSERT off 9 flags 0x00, blkref #0: rel 1663/5/1249 blk 12   <-- here',
      '0/18FA08 Heap tx 3: INSERT off 10 flags 0x00, blkref #0: rel 1663/5/1249 blk 12',
      '0/18FAB8 Transaction tx 3: COMMIT 2026-01-01 00:00:00.000003 UTC',
      '0/18FAE0 Storage tx 0: CREATE base/5/16385',
    ],
    verdicts: [
      { profile: 'posix-weak', fails: true, states: 86 },
      { profile: 'ext4-ordered', fails: true, states: 41 },
      { profile: 'ext4-writeback', fails: true, states: 52 },
      { profile: 'xfs', fails: true, states: 44 },
      { profile: 'atomic-8k', fails: false, states: 86 },
      { profile: 'lying-fsync', fails: true, states: 97 },
    ],
    serverLog: [
      'LOG:  database system was interrupted; last known up at 2026-01-01 00:00:00 UTC',
      'LOG:  database system was not properly shut down; automatic recovery in progress',
      'LOG:  redo starts at 0/18F7A0',
      'FATAL:  XX001: invalid page in block 12 of relation base/5/1249',
      'CONTEXT:  WAL redo at 0/18F958 for Heap/INSERT: off 9 flags 0x00',
      'LOG:  startup process (PID 8) exited with exit code 1',
    ].join('\n'),
  };
}

function operations(): string[] {
  const earlier = Array.from(
    { length: 9 },
    (_, each) =>
      `${(each % 3) + 1}.${Math.floor(each / 3) + 1} INSERT INTO held_${(each % 3) + 1} VALUES (${each * 7}, 'a')   acknowledged #${48 + each * 11}`,
  );
  return [
    ...earlier,
    "1.4 DELETE FROM held_1 WHERE key BETWEEN 288 AND 294; INSERT INTO held_1 VALUES (288, '1.4', '')   acknowledged #176",
    '2.4 DELETE FROM held_2 WHERE key BETWEEN 248 AND 547; INSERT INTO journal VALUES (2, 4)   acknowledged #183',
    '3.4 SELECT key FROM held_3 ORDER BY key   acknowledged #200',
    "2.5 UPDATE held_2 SET author = '2.5' WHERE key BETWEEN 1 AND 5   acknowledged #207",
    '1.5 DELETE FROM held_1 WHERE key BETWEEN 174 AND 473; INSERT INTO journal VALUES (1, 5)   commit sent',
    '3.5 DELETE FROM held_3 WHERE key BETWEEN 1 AND 300; INSERT INTO journal VALUES (3, 5)   acknowledged #241',
  ];
}

const PENDING = [
  { lane: 'backend#2', at: 144, what: 'write base/5/16386 at 0, 8192 bytes' },
  { lane: 'backend#3', at: 150, what: 'write base/5/16388 at 0, 8192 bytes' },
  { lane: 'checkpointer', at: 214, what: 'write pg_subtrans/0000 at 0, 8192 bytes' },
  { lane: 'checkpointer', at: 216, what: 'write base/5/1249 at 98304, 8192 bytes' },
  { lane: 'checkpointer', at: 218, what: 'write base/5/1259 at 8192, 8192 bytes' },
  { lane: 'checkpointer', at: 226, what: 'write base/5/16385 at 0, 8192 bytes' },
  { lane: 'checkpointer', at: 228, what: 'write base/5/16386 at 8192, 8192 bytes' },
  { lane: 'checkpointer', at: 230, what: 'write base/5/16388 at 8192, 8192 bytes' },
  { lane: 'checkpointer', at: 232, what: 'write base/5/16389 at 0, 8192 bytes' },
] as const;

function fateOf(at: number): 'torn' | 'survived' | 'lost' {
  return at === 216 ? 'torn' : at === 226 ? 'survived' : 'lost';
}

function runTimeline(): Timeline {
  return {
    title: 'The run',
    lanes: ['client 1', 'client 2', 'client 3', 'backend#1', 'backend#2', 'backend#3', 'walwriter', 'checkpointer'],
    spans: [...transactions(), ...logWrites(), ...pendingSpans(), ...checkpointSpans()],
    marks: [
      { at: 212, label: 'checkpoint begins', lane: 'checkpointer' },
      { at: 244, label: 'power-loss at +244, disk posix-weak' },
    ],
  };
}

function transactions(): Span[] {
  const span = (client: number, tag: string, start: number, end?: number): Span => ({
    lane: `client ${client}`,
    kind: 'transaction',
    start,
    end,
    label: tag,
    fate: end === undefined ? 'unknown' : 'acknowledged',
  });
  return [
    span(1, '1.2', 103, 131),
    span(1, '1.3', 134, 162),
    span(1, '1.4', 164, 176),
    span(1, '1.5', 184),
    span(2, '2.3', 108, 140),
    span(2, '2.4', 142, 183),
    span(2, '2.5', 186, 207),
    span(3, '3.3', 112, 151),
    span(3, '3.4', 153, 200),
    span(3, '3.5', 203, 241),
    { lane: 'client 2', kind: 'transaction', start: 209, end: 222, label: '2.6', fate: 'failed' },
  ];
}

function logWrites(): Span[] {
  const flushes = [128, 138, 148, 159, 173, 180, 197, 204, 238];
  return flushes.flatMap((start, index): Span[] => {
    const lane = index % 4 === 3 ? 'walwriter' : `backend#${(index % 3) + 1}`;
    return [
      { lane, kind: 'write', start, end: start + 1, label: 'write pg_wal/000000010000000000000000', fate: 'survived' },
      { lane, kind: 'sync', start: start + 1, end: start + 2, label: 'fdatasync pg_wal/000000010000000000000000' },
    ];
  });
}

function pendingSpans(): Span[] {
  return PENDING.map(({ lane, at, what }) => ({
    lane,
    kind: 'write',
    start: at,
    end: at + 1,
    label: what,
    fate: fateOf(at),
  }));
}

function checkpointSpans(): Span[] {
  return [
    { lane: 'checkpointer', kind: 'sync', start: 234, end: 235, label: 'fsync base/5/1247' },
    { lane: 'checkpointer', kind: 'name', start: 236, end: 237, label: 'remove pg_stat/pgstat.stat', fate: 'lost' },
    { lane: 'checkpointer', kind: 'sync', start: 240, label: 'fsync base/5/1249' },
  ];
}

function recoveryTimeline(): Timeline {
  return {
    title: 'Its recovery, which the power left too',
    lanes: ['startup'],
    spans: [
      { lane: 'startup', kind: 'recovery', start: 0, end: 22, label: 'redo from 0/18F7A0' },
      { lane: 'startup', kind: 'call', start: 2, end: 3, label: 'read global/pg_control' },
      { lane: 'startup', kind: 'write', start: 9, end: 10, label: 'write base/5/1259 at 8192', fate: 'lost' },
      { lane: 'startup', kind: 'write', start: 14, end: 15, label: 'write base/5/16384 at 0', fate: 'lost' },
    ],
    marks: [{ at: 17, label: 'power-loss at +17' }],
  };
}

function firstLoss(): FailureAccount['losses'][number] {
  const sectors = Array.from({ length: 16 }, (_, sector) => [0, 1, 2, 9].includes(sector));
  return {
    crash: 'power-loss at +244, disk posix-weak',
    changes: [
      ...PENDING.map(({ lane, at, what }) => {
        const fate = fateOf(at);
        const change = { what: `#${at} ${lane} ${what}`, fate };
        return fate === 'torn' ? Object.assign(change, { sectors, page: tornPage() }) : change;
      }),
      { what: '#236 checkpointer remove pg_stat/pgstat.stat', fate: 'lost' },
    ],
  };
}

function tornPage() {
  return {
    title: 'base/5/1249 block 12',
    fields: [
      { name: 'LSN', before: '0/17A2C8', written: '0/18FAB8', left: '0/18FAB8' },
      { name: 'checksum', before: '0x3f21', written: '0x91c4', left: '0x91c4 (computed 0x07e2)' },
      { name: 'lower', before: '56', written: '64', left: '64' },
      { name: 'upper', before: '6832', written: '6512', left: '6512' },
      { name: 'line pointer 9', before: 'unused', written: 'offset 6672, 160 bytes', left: 'offset 6672, 160 bytes' },
      { name: 'row at 6672', before: 'zeros', written: 'xmin 3, attname "key"', left: 'zeros' },
    ],
  };
}

function nestedLoss(): FailureAccount['losses'][number] {
  return {
    crash: 'power-loss at +17 of its recovery',
    changes: [
      { what: '#9 startup write base/5/1259 at 8192, 8192 bytes', fate: 'lost' },
      { what: '#14 startup write base/5/16384 at 0, 8192 bytes', fate: 'lost' },
    ],
  };
}
