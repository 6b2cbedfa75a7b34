import { expect } from 'chai';
import { counted, formatBytes, formatDuration, formatMoment, formatRanges, shortened } from './format.js';

describe('figures of the report', () => {
  it('are written as people read them', () => {
    expect([0.5, 350, 12_400, 425_000, 11_520_000].map(formatDuration)).to.deep.equal([
      '0.5 ms',
      '350 ms',
      '12.4 s',
      '7 min 5 s',
      '3 h 12 min',
    ]);
    expect([0, 999, 16_400, 2_500_000].map(formatBytes)).to.deep.equal(['0 bytes', '999 bytes', '16.4 kB', '2.5 MB']);
    expect([counted(1, 'cycle'), counted(1200, 'cycle')]).to.deep.equal(['1 cycle', '1,200 cycles']);
    expect(formatMoment('2026-11-22T05:12:03.123Z')).to.equal('2026-11-22 05:12:03 UTC');
    expect(formatMoment('yesterday')).to.equal('yesterday');
  });

  it('tell ranges of indexes, and shorten text', () => {
    expect(formatRanges([true, true, false, true, false])).to.equal('0-1, 3');
    expect(formatRanges([])).to.equal('');
    expect([shortened('abcdef', 6), shortened('abcdefg', 6)]).to.deep.equal(['abcdef', 'abcde…']);
  });
});
