import { expect } from 'chai';
import type { Span } from '../../harness/results/failure-account.js';
import { LIMITS } from './limits.js';
import { labelledMarks } from './timeline-chart.js';
import { windowOf } from './timeline-window.js';

function sync(start: number, fate?: Span['fate']): Span {
  return { lane: 'checkpointer', kind: 'sync', start, end: start + 1, label: 'fsync', fate };
}

describe('timelines of the report', () => {
  it('keep what was harmed and what was done last, and the lanes of these alone', () => {
    const spans = [sync(1, 'torn'), ...Array.from({ length: 500 }, (_, index) => sync(10 + index))];
    const window = windowOf({
      title: '',
      lanes: ['backend', 'checkpointer'],
      spans,
      marks: [{ at: 600, label: 'cut' }],
    });
    expect(window.spans).to.have.lengthOf(LIMITS.spans);
    expect(window.spans[0].start).to.equal(1);
    expect(window.spans.at(-1)?.start).to.equal(509);
    expect(window.lanes).to.deep.equal(['checkpointer']);
    expect([window.first, window.last]).to.deep.equal([1, 600]);
  });

  it('have lanes that only a span names', () => {
    const window = windowOf({ title: '', lanes: [], spans: [sync(3)], marks: [] });
    expect(window.lanes).to.deep.equal(['checkpointer']);
  });

  it('put a label a row higher where it would run into another', () => {
    const marks = [
      { at: 10, label: 'stall backend' },
      { at: 12, label: 'kill checkpointer' },
      { at: 98, label: 'power-loss' },
    ];
    const labels = labelledMarks({ marks }, { first: 0, last: 100, widthPx: 1000, pxPerPlace: 10 });
    expect(labels.map(({ row }) => row)).to.deep.equal([0, 1, 0]);
    expect(labels.map(({ isBeforeItsLine }) => isBeforeItsLine)).to.deep.equal([false, false, true]);
  });
});
