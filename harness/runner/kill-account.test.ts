import * as path from 'node:path';
import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { operationIndex, callIndex, FILE_CLASSES } from '../faults/operations.js';
import { parseFault } from '../faults/parse.js';
import { History, type Transaction } from '../history/history.js';
import { readAccount, writeAccount } from '../results/failure-account.js';
import type { CycleResult } from './cycle.js';
import { drawConfig } from './draw-config.js';
import { killAccount } from './kill-account.js';

const abilities = {
  trace: true,
  inspection: true,
  transactions: true,
  processTypes: ['backend', 'checkpointer', 'startup'],
  features: [],
};

function transaction(number: number, change: Partial<Transaction>): Transaction {
  return {
    client: 1,
    number,
    tag: `1.${number}`,
    round: 0,
    effect: {},
    commits: true,
    synchronous: true,
    invokedAt: 0,
    invokeSequence: 0,
    ...change,
  };
}

function lostCommit(): CycleResult {
  const history = new History();
  history.invoke(transaction(1, { invokeSequence: 900, endSequence: 910, outcome: 'ok' }));
  history.invoke(transaction(2, { invokeSequence: 911, endSequence: 990, outcome: 'unknown' }));
  history.crashes.push({ round: 0, sequence: 950, at: 1 });
  const fsyncOfControl = callIndex(operationIndex('fsync'), FILE_CLASSES.indexOf('control'));
  const config = { ...drawConfig(3, abilities), clients: [1] };
  return {
    config,
    exactConfig: config,
    violations: [{ invariant: 'durability', promised: 'transaction 1.1 survives', found: 'none of it' }],
    round: 0,
    faults: [
      {
        fault: parseFault('kill all when checkpointer at fsync(control) #1'),
        fired: true,
        firings: 1,
        matches: 1,
        sequence: 949,
        pid: 7,
      },
      { fault: parseFault('EIO startup at pread(wal) #9'), fired: false, firings: 0, matches: 3, sequence: 0, pid: 0 },
    ],
    endedByHarness: 0,
    crashes: 1,
    commits: { acknowledged: 1, unknown: 1, failed: 0 },
    elapsedMs: 5,
    observed: { looks: {}, passed: {}, struck: {}, recoveries: [] },
    history,
    reached: [
      {
        slot: 0,
        pid: 7,
        type: 'checkpointer',
        ordinal: 0,
        ended: false,
        startTicks: 1,
        calls: 9,
        inCall: true,
        lastCall: fsyncOfControl,
        lastSequence: 948,
      },
      {
        slot: 1,
        pid: 8,
        type: 'backend',
        ordinal: 1,
        ended: false,
        startTicks: 1,
        calls: 0,
        inCall: false,
        lastCall: -1,
        lastSequence: 0,
      },
    ],
    events: 4000,
    wal: ['0/14CE18 Heap tx 3: INSERT'],
    log: 'LOG:  ready',
  };
}

describe('the account of a kill that lost something', () => {
  it('shows clients and processes up to the crash, where each stood, and the recovery', () => {
    const [{ lanes, spans, marks }] = killAccount(lostCommit(), ['F8']).timelines;
    expect(lanes).to.deep.equal(['client#1', 'checkpointer', 'startup']);
    expect(spans.map(({ kind, label, fate }) => [kind, label, fate])).to.deep.equal([
      ['transaction', 'transaction 1.1', 'acknowledged'],
      ['transaction', 'transaction 1.2', 'unknown'],
      ['call', 'in fsync(control)', undefined],
      ['recovery', 'recovery and what followed, 3050 calls', undefined],
    ]);
    expect(spans[1].end).to.equal(undefined);
    expect(marks.map(({ at, label }) => [at, label])).to.deep.equal([
      [949, 'kill all when checkpointer at fsync(control) #1'],
      [950, 'crash'],
    ]);
  });

  it('says of each fault what became of it', () => {
    expect(killAccount(lostCommit(), []).faults.map(({ outcome }) => outcome)).to.deep.equal([
      'fired at #949',
      'not fired (3 matches)',
    ]);
  });

  it('is read back as it was written', async () => {
    const directory = await dir({ unsafeCleanup: true });
    const file = path.join(directory.path, 'a.account');
    const account = killAccount(lostCommit(), ['F8']);
    writeAccount(file, account);
    expect(readAccount(file)).to.deep.equal(JSON.parse(JSON.stringify(account)));
    await directory.cleanup();
  });
});
