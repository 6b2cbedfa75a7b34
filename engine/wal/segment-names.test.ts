import { expect } from 'chai';
import fc from 'fast-check';
import { lsn } from '../base/lsn.js';
import { parseWalFileName, segmentBefore, segmentOf, segmentStart, walFileName } from './segment-names.js';

const MEGABYTE = 1024 * 1024;
const anySegmentBytes = fc.integer({ min: 0, max: 10 }).map((power) => 2 ** power * MEGABYTE);

describe('names of WAL segments', () => {
  it("are PostgreSQL's", () => {
    expect(walFileName(1, 1, 16 * MEGABYTE)).to.equal('000000010000000000000001');
    expect(walFileName(0x1f, 256 * 5 + 255, 16 * MEGABYTE)).to.equal('0000001F00000005000000FF');
    expect(walFileName(1, 4096, MEGABYTE)).to.equal('000000010000000100000000');
  });

  it('parse back', () => {
    fc.assert(
      fc.property(
        anySegmentBytes,
        fc.nat(1e6),
        fc.integer({ min: 1, max: 0xffff_ffff }),
        (bytes, segment, timeline) => {
          expect(parseWalFileName(walFileName(timeline, segment, bytes), bytes)).to.deep.equal({ timeline, segment });
        },
      ),
    );
  });

  it('are nothing else', () => {
    for (const name of [
      '',
      'xlogtemp.12',
      '00000001000000000000000g',
      '00000002.history',
      '0000000100000000000000FFF',
    ]) {
      expect(parseWalFileName(name, 16 * MEGABYTE), name).to.equal(undefined);
    }
    expect(parseWalFileName('000000010000000000000100', 16 * MEGABYTE)).to.equal(undefined);
  });

  it('belong to positions: an end at a boundary belongs to the segment before', () => {
    const boundary = segmentStart(7, MEGABYTE);
    expect(segmentOf(boundary, MEGABYTE)).to.equal(7);
    expect(segmentBefore(boundary, MEGABYTE)).to.equal(6);
    expect(segmentBefore(lsn(boundary + 1), MEGABYTE)).to.equal(7);
  });
});
