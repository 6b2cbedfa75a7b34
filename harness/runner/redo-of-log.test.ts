import { expect } from 'chai';
import { replayedBytes } from './redo-of-log.js';

describe('how much log a recovery replayed', () => {
  it('is what the server says, of its last recovery', () => {
    const log = `LOG:  redo starts at 0/1000028
LOG:  redo done at 0/1000100 system usage: CPU: user: 0.00 s
LOG:  redo starts at 0/FFFFFF00
2026-01-01 LOG:  redo done at 1/100 system usage: elapsed: 0.01 s
LOG:  database system is ready to accept connections`;
    expect(replayedBytes(log)).to.equal(0x200);
  });

  it('is nothing where there was no redo, or it was cut off', () => {
    expect(replayedBytes('LOG:  redo is not required')).to.equal(0);
    expect(replayedBytes('LOG:  redo starts at 0/1000028\nFATAL:  killed')).to.equal(0);
  });
});
