import { expect } from 'chai';
import * as fc from 'fast-check';
import { truncateSync, writeFileSync } from 'node:fs';
import { dirSync } from 'tmp-promise';
import { RECORDED_OPERATIONS, chunkPath, type RecordedOperation } from './record-format.js';
import { TraceWriter, type RecordedCall } from './trace-writer.js';
import { readLog, type LogEntry } from './trace-log.js';

const inode = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const callArbitrary = fc.record({
  operation: fc.constantFrom<RecordedOperation>(...RECORDED_OPERATIONS),
  path: fc.string({ unit: 'grapheme', maxLength: 30 }),
  fromPath: fc.string({ maxLength: 10 }),
  node: inode,
  directory: inode,
  fromDirectory: inode,
  offset: inode,
  data: fc.uint8Array({ maxLength: 700 }),
  errno: fc.integer({ min: 0, max: 133 }),
});
type Call = typeof callArbitrary extends fc.Arbitrary<infer T> ? T : never;

/** Records calls in chunks of 512 bytes; the last one is left in flight. Returns what the log should say. */
function record(trace: string, slot: number, calls: readonly Call[]): LogEntry[] {
  let sequence = 0;
  const writer = new TraceWriter({ nextSequence: () => ++sequence }, trace, slot, 512);
  const expected = calls.map((call, index) => {
    const { errno, ...rest } = call;
    const [path, fromPath] = [Buffer.from(call.path), Buffer.from(call.fromPath)];
    writer.begin({ ...rest, path, fromPath } satisfies RecordedCall);
    const isLast = index === calls.length - 1;
    if (!isLast) writer.end(errno);
    const times = { start: 2 * index + 1, end: isLast ? Infinity : 2 * index + 2, errno: isLast ? 0 : errno };
    return { ...rest, data: Buffer.from(call.data), ...times };
  });
  writer.close();
  return expected;
}

describe('trace log', () => {
  const directory = dirSync({ unsafeCleanup: true });
  after(() => directory.removeCallback());

  it('is read back as it was written, over any number of chunks', () => {
    let slot = 0;
    const roundTrip = fc.property(fc.array(callArbitrary, { maxLength: 20 }), (calls) => {
      slot++;
      const expected = record(`${directory.name}/round-trip`, slot, calls);
      expect([...readLog(`${directory.name}/round-trip`, slot)]).to.deep.equal(expected);
    });
    fc.assert(roundTrip, { numRuns: 100 });
  });

  it('tells what a write was really made with, and the inode of what was made', () => {
    const trace = `${directory.name}/amended`;
    let sequence = 0;
    const writer = new TraceWriter({ nextSequence: () => ++sequence }, trace, 0);
    const path = Buffer.from('/f');
    writer.begin({ operation: 'create', path });
    writer.end(0, 17);
    writer.begin({ operation: 'pwrite', path, data: Buffer.from('abcdef') });
    writer.amend(Buffer.from('xxABCxx'), 2, 3);
    writer.end(0);
    writer.begin({ operation: 'pwrite', path, data: Buffer.from('abcdef') });
    writer.amend(writer.bytes, writer.dataAt, 6);
    writer.close();
    const [created, ...writes] = [...readLog(trace, 0)];
    expect(created.node).to.equal(17);
    expect(writes.map(({ data }) => data.toString())).to.deep.equal(['ABC', 'abcdef']);
  });

  it('takes no room before the first call, and may end within a chunk that was never begun', () => {
    const trace = `${directory.name}/unfinished`;
    expect([...readLog(trace, 0)]).to.deep.equal([]);
    writeFileSync(chunkPath(trace, 1, 0), '');
    writeFileSync(chunkPath(trace, 2, 0), '');
    truncateSync(chunkPath(trace, 2, 0), 4096);
    expect([...readLog(trace, 1), ...readLog(trace, 2)]).to.deep.equal([]);
    writeFileSync(chunkPath(trace, 3, 0), 'something else');
    expect(() => [...readLog(trace, 3)]).to.throw('no trace log');
  });
});
