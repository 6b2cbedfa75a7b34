import { expect } from 'chai';
import { HandMadeTrace } from '../../disks/testing/hand-made-trace.js';
import { SeededRandom } from '../../schedulers/seeded-random.js';
import { drawCrashPoints } from './crash-points.js';

function traceOf(writes: number): HandMadeTrace {
  const trace = new HandMadeTrace();
  const file = trace.safeFile('a', '');
  for (let write = 0; write < writes; write++) trace.write(file, 'data', 100);
  return trace;
}

describe('crash points', () => {
  it('are moments of events, in rising order, each once, and not more than were asked for', () => {
    const { events } = traceOf(100);
    const moments = new Set(events.flatMap(({ start, end }) => [start, end]));
    for (const count of [1, 10, 150, 1000]) {
      const points = drawCrashPoints(new SeededRandom(count), events, count, 1, 200);
      expect(points.length).to.be.within(1, count);
      points.forEach((at, index) => {
        expect(moments.has(at)).to.equal(true);
        if (index > 0) expect(at).to.be.greaterThan(points[index - 1]);
      });
    }
  });

  it('lie between the given places', () => {
    const points = drawCrashPoints(new SeededRandom(1), traceOf(100).events, 80, 51, 120);
    expect(points.length).to.be.greaterThan(30);
    expect(points[0]).to.be.at.least(51);
    expect(points.at(-1)).to.be.at.most(120);
  });

  it('know only the beginning of a call that was still going on', () => {
    const trace = traceOf(0);
    trace.begin({ kind: 'sync', node: 1, of: 'file', failed: false, path: '' });
    expect(drawCrashPoints(new SeededRandom(1), trace.events, 10, 1, 100)).to.deep.equal([1]);
  });

  it('are the end alone where nothing happened', () => {
    expect(drawCrashPoints(new SeededRandom(1), [], 10, 3, 77)).to.deep.equal([77]);
  });

  it('are drawn by the seed alone', () => {
    const draw = (seed: number): number[] => drawCrashPoints(new SeededRandom(seed), traceOf(200).events, 20, 1, 400);
    expect(draw(5)).to.deep.equal(draw(5));
    expect(draw(5)).to.not.deep.equal(draw(6));
  });

  /** How often each event of a trace is drawn, by its start. */
  function timesDrawn({ events }: HandMadeTrace): Map<number, number> {
    const times = new Map<number, number>();
    for (let seed = 1; seed <= 4000; seed++) {
      const [at] = drawCrashPoints(new SeededRandom(seed), events, 1, 1, 1000);
      const event = at - ((at + 1) % 2);
      times.set(event, (times.get(event) ?? 0) + 1);
    }
    return times;
  }

  it('are more often those around syncs, name changes and the beginnings of log segments than others', () => {
    const trace = new HandMadeTrace();
    const files = Array.from({ length: 50 }, (_, index) => trace.safeFile(`file ${index}`, ''));
    const plain = files.map((file) => trace.write(file, 'data', 100));
    const special = [
      trace.sync(files[0]),
      trace.truncate(files[0], 4),
      trace.rename(files[0], 'a', 'b'),
      trace.write(trace.safeFile('log', ''), 'data', 1024 * 1024),
    ];
    const times = timesDrawn(trace);
    const most = Math.max(...plain.map((start) => times.get(start) ?? 0));
    for (const start of special) expect(times.get(start), `#${start}`).to.be.greaterThan(1.5 * most);
  });

  it('are more often those where much of one file is on its way', () => {
    const trace = traceOf(20);
    const [first] = trace.events;
    const last = trace.events.at(-1)!;
    trace.sync(first.node);
    const afterSync = trace.write(first.node, 'data', 100);
    const times = timesDrawn(trace);
    expect(times.get(last.start)!).to.be.greaterThan(4 * times.get(first.start)!);
    expect(times.get(last.start)!).to.be.greaterThan(4 * times.get(afterSync)!);
  });

  it('take one write of many pages for as much as many writes', () => {
    const trace = traceOf(0);
    const [one, other] = ['one', 'other'].map((name) => trace.safeFile(name, ''));
    const page = trace.write(one, Buffer.alloc(8192), 8192);
    const pages = trace.write(other, Buffer.alloc(8 * 8192), 8192);
    const times = timesDrawn(trace);
    expect(times.get(pages)!).to.be.greaterThan(4 * times.get(page)!);
  });
});
