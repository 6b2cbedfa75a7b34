import { expect } from 'chai';
import fc from 'fast-check';
import { anyFault } from './fault-arbitrary.js';
import { FaultSyntaxError, parseFault } from './parse.js';
import { printFault } from './print.js';

describe('fault grammar', () => {
  it('parses what it prints', () => {
    fc.assert(
      fc.property(anyFault, (fault) => {
        expect(parseFault(printFault(fault))).to.deep.equal(fault);
      }),
    );
  });

  const examples = [
    'kill checkpointer at fdatasync(wal) #3',
    'kill walwriter at pwrite(wal) #2 torn 4096',
    'kill backend#2 at point commit:after-record #1',
    'kill all when backend at fdatasync(wal) #9 after',
    'kill all at random +0.350',
    'kill {walwriter, checkpointer} at random +1.200',
    'kill all at cut {checkpointer #12, backend#1 #133}',
    'stall backend at point commit:after-flush #4 for 40 ms',
    'EIO startup at pread(wal) #2',
    'ENOSPC backend at pwrite(data) #3+',
    'EIO backend at pread(data) #3..5',
    'EMFILE any at open(data) p=0.01/7',
    'short-write backend at pwrite(data) #3 4096 bytes',
    'short-read startup at pread(wal) #2+ 100 bytes',
    'rot checkpointer at pwrite(data) #3 bit 12345',
    'clock any +3600 s at pwrite(wal) #3',
    'clock walwriter -0.5 s at point wal:inserted #9',
  ];
  for (const line of examples) {
    it(`prints what it parses: ${line}`, () => expect(printFault(parseFault(line))).to.equal(line));
  }

  const mistakes = [
    '',
    'kill',
    'kill all',
    'kill backend at scribble(wal) #1',
    'kill backend at pwrite(wall) #1',
    'kill backend at pwrite(wal) #1 twice',
    'kill all at pwrite(wal) #1',
    'stall backend at call #1 for 1.5 ms',
    'kill ? at call #1',
    'EIO backend at pread(data) #5..3',
    'EIO backend at pread(data) p=1.5/7',
    'EIO backend at pread(data) p=0.5',
    'EIO backend at point commit:after-flush #1',
    'short-write backend at fsync(data) #1 10 bytes',
    'short-read backend at call #1 10 bytes',
    'rot backend at pread(data) #1 bit 1',
    'clock any 3600 s at call #1',
    'clock any +0 s at call #1',
  ];
  for (const line of mistakes) {
    it(`refuses: ${line || '(nothing)'}`, () => expect(() => parseFault(line)).to.throw(FaultSyntaxError, 'column'));
  }
});
