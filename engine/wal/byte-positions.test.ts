import { expect } from 'chai';
import fc from 'fast-check';
import { BytePositions } from './byte-positions.js';
import { pageHeaderBytes, WAL_PAGE_BYTES } from './page-format.js';

const SEGMENT_BYTES = 1024 * 1024;
const positions = new BytePositions(SEGMENT_BYTES);
/** Around page and segment boundaries, and anywhere. */
const anyPosition = fc.oneof(
  fc.nat(4_000_000),
  fc.nat(500).chain((page) => fc.integer({ min: -8, max: 8 }).map((off) => Math.max(0, page * 8168 - 16 + off * 8))),
);

describe('BytePositions', () => {
  it('go to LSNs and back', () => {
    fc.assert(
      fc.property(anyPosition, (position) => {
        expect(positions.position(positions.startLsn(position))).to.equal(position);
        expect(positions.position(positions.endLsn(position))).to.equal(position);
      }),
      { numRuns: 2000 },
    );
  });

  it('differ as start and end by a page header, on boundaries only', () => {
    fc.assert(
      fc.property(anyPosition, (position) => {
        const [start, end] = [positions.startLsn(position), positions.endLsn(position)];
        const isBoundary = end % WAL_PAGE_BYTES === 0;
        expect(start - end).to.equal(isBoundary ? pageHeaderBytes(end, SEGMENT_BYTES) : 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('never point into a page header, and rise byte by byte', () => {
    let before = -1;
    for (let position = 8140; position < 8200; position++) {
      const start = positions.startLsn(position);
      expect(start).to.be.greaterThan(before);
      expect(start % WAL_PAGE_BYTES).to.be.at.least(pageHeaderBytes(start - (start % WAL_PAGE_BYTES), SEGMENT_BYTES));
      before = start;
    }
  });
});
