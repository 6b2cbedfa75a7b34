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
  ];
  for (const line of mistakes) {
    it(`refuses: ${line || '(nothing)'}`, () => expect(() => parseFault(line)).to.throw(FaultSyntaxError, 'column'));
  }
});
