import { expect } from 'chai';
import fc from 'fast-check';
import { formatTime, formatTimestamp, timestampFromMs } from './civil-time.js';

describe('civil time', () => {
  it('agrees with the platform for every second of four millennia', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 35), max: 2 ** 36 }), (seconds) => {
        const expected = new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
        expect(formatTime(seconds)).to.equal(`${expected} UTC`);
      }),
    );
  });

  it('shows a timestamp with its fraction', () => {
    expect(formatTimestamp(0n)).to.equal('2000-01-01 00:00:00.000000 UTC');
    expect(formatTimestamp(timestampFromMs(1_790_000_000_250))).to.equal('2026-09-21 14:13:20.250000 UTC');
  });
});
