import fc from 'fast-check';
import type { CallSite, ErrorCode, Fault, Occasion } from './fault.js';
import type { FileClass, Operation } from './operations.js';

/**
 * I/O faults that take nothing from a database that keeps its promises: calls that fail, writes cut short by a full disk,
 * reads that stop short, jumps of the clock. Bit rot is not among them: it takes what no log can give back.
 */
export function ioFault(processTypes: readonly string[]): fc.Arbitrary<Fault> {
  return oneOfKnown(whileWorking, processTypes);
}

/** Each strikes once: the next start has to get through. */
export function ioFaultInRecovery(processTypes: readonly string[]): fc.Arbitrary<Fault> {
  return oneOfKnown(inRecovery, processTypes);
}

interface Drawn {
  readonly process: string;
  readonly fault: fc.Arbitrary<Fault>;
}

function failing(
  code: ErrorCode,
  process: string,
  operation: Operation,
  fileClass: FileClass,
  occasion: fc.Arbitrary<Occasion>,
): Drawn {
  const site = siteOf(operation, fileClass, occasion);
  return { process, fault: site.map((drawn) => ({ kind: 'error', code, process: { type: process }, site: drawn })) };
}

function short(process: string, operation: 'pread' | 'pwrite', fileClass: FileClass, upTo: number): Drawn {
  const kind = operation === 'pread' ? 'short-read' : 'short-write';
  const bytes = fc.constantFrom(0, 100, 512, 4096, 5000, 8192);
  const site = siteOf(operation, fileClass, once(upTo));
  return {
    process,
    fault: fc.record({ kind: fc.constant(kind), process: fc.constant({ type: process }), site, bytes }),
  };
}

function jump(process: string, operation: Operation, fileClass: FileClass, upTo: number): Drawn {
  const seconds = fc.constantFrom(-86_400, -3600, -1.5, 1.5, 3600, 86_400);
  const site = siteOf(operation, fileClass, once(upTo));
  const everybody = fc.constant({ type: 'any' });
  return { process, fault: fc.record({ kind: fc.constant('clock' as const), process: everybody, seconds, site }) };
}

function siteOf(operation: Operation, fileClass: FileClass, occasion: fc.Arbitrary<Occasion>): fc.Arbitrary<CallSite> {
  return occasion.map((drawn) => ({ kind: 'call', operation, fileClass, occasion: drawn }));
}

function once(upTo: number): fc.Arbitrary<Occasion> {
  return fc.integer({ min: 1, max: upTo }).map((count) => ({ kind: 'nth', count }));
}

/** The disk is full for a while. */
function burst(upTo: number, longest: number): fc.Arbitrary<Occasion> {
  return fc
    .record({ first: fc.integer({ min: 1, max: upTo }), length: fc.integer({ min: 1, max: longest }) })
    .map(({ first, length }) => ({ kind: 'range', first, last: first + length - 1 }));
}

/** Now and then, of its own accord. */
function nowAndThen(...probabilities: number[]): fc.Arbitrary<Occasion> {
  return fc.record({
    kind: fc.constant('chance' as const),
    probability: fc.constantFrom(...probabilities),
    seed: fc.nat(9999),
  });
}

/** What may strike a starting process too strikes once, or nothing could ever start. */
const whileWorking: readonly Drawn[] = [
  failing('ENOSPC', 'backend', 'pwrite', 'data', burst(20, 30)),
  failing('ENOSPC', 'backend', 'pwrite', 'data', nowAndThen(0.05, 0.3)),
  failing('ENOSPC', 'checkpointer', 'pwrite', 'data', burst(20, 10)),
  failing('ENOSPC', 'bgwriter', 'pwrite', 'data', burst(5, 3)),
  failing('ENOSPC', 'checkpointer', 'pwrite', 'clog', once(2)),
  failing('EIO', 'backend', 'pread', 'data', nowAndThen(0.02, 0.2)),
  failing('EMFILE', 'backend', 'open', 'data', nowAndThen(0.1, 0.5)),
  failing('EMFILE', 'checkpointer', 'open', 'data', burst(3, 3)),
  failing('EIO', 'any', 'unlink', 'data', once(3)),
  failing('EIO', 'checkpointer', 'fsync', 'data', once(6)),
  failing('EIO', 'checkpointer', 'fsync', 'control', once(3)),
  failing('EIO', 'backend', 'pwrite', 'wal', once(60)),
  failing('ENOSPC', 'any', 'pwrite', 'wal', once(60)),
  failing('EIO', 'backend', 'fdatasync', 'wal', once(60)),
  failing('EIO', 'walwriter', 'fdatasync', 'wal', once(3)),
  short('backend', 'pwrite', 'data', 30),
  short('checkpointer', 'pwrite', 'data', 30),
  short('backend', 'pwrite', 'wal', 60),
  jump('backend', 'pwrite', 'wal', 60),
  jump('checkpointer', 'pwrite', 'control', 3),
];

const inRecovery: readonly Drawn[] = [
  failing('EIO', 'startup', 'pread', 'wal', once(4)),
  failing('ENOSPC', 'startup', 'pwrite', 'data', once(10)),
  failing('EIO', 'startup', 'fsync', 'data', once(3)),
  failing('EIO', 'startup', 'pwrite', 'control', once(2)),
  short('startup', 'pread', 'wal', 4),
  short('startup', 'pwrite', 'wal', 1),
];

function oneOfKnown(drawn: readonly Drawn[], processTypes: readonly string[]): fc.Arbitrary<Fault> {
  const known = drawn.filter(({ process }) => process === 'any' || processTypes.includes(process));
  return fc.oneof(...known.map(({ fault }) => fault));
}
