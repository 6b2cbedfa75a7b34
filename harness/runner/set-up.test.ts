import { expect } from 'chai';
import { setUp } from './set-up.js';

describe('setting up a workload', () => {
  it('waits for locks as long as it takes, which the workload itself may not', async () => {
    let lockTimeoutMs = 20;
    const waits: number[] = [];
    await setUp(
      async (sql) => {
        if (sql.startsWith('SET lock_timeout')) lockTimeoutMs = 0;
        else if (sql.startsWith('RESET')) lockTimeoutMs = 20;
        else waits.push(lockTimeoutMs);
      },
      ['CREATE TABLE t (a int)', 'CREATE DATABASE d'],
      { transactions: true },
    );
    expect({ waits, lockTimeoutMs }).to.deep.equal({ waits: [0, 0], lockTimeoutMs: 20 });
  });
});
