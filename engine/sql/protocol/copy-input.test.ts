import { expect } from 'chai';
import { nextPiece } from './copy-input.js';
import type { RawMessage } from './message-stream.js';
import { Frontend } from './message-types.js';

/** What has arrived, taken from the front; with a type, only if the first is of that one. */
function arrivals(...messages: RawMessage[]): (type?: number) => RawMessage | undefined {
  return (type) => (type === undefined || messages[0]?.type === type ? messages.shift() : undefined);
}

const say = (type: number, text = ''): RawMessage => ({ type, body: Buffer.from(text) });
const data = (text: string): RawMessage => say(Frontend.copyData, text);

/** What COPY is given, piece by piece; `(wait)` where it has to wait. */
function gather(arrived: ReturnType<typeof arrivals>, onWait: () => boolean = () => true): string[] {
  const told: string[] = [];
  for (let isOpen = true; isOpen;) {
    const reading = nextPiece(arrived);
    let step = reading.next();
    for (; !step.done; step = reading.next(onWait())) told.push('(wait)');
    told.push(step.value === null ? '(end)' : step.value.toString());
    isOpen = step.value !== null;
  }
  return told;
}

describe("a client's COPY data", () => {
  it('is handed on as it arrived, small messages together, until CopyDone', () => {
    const arrived = arrivals(data('a\n'), data('b\n'), say(Frontend.copyDone), say(Frontend.query, 'next'));
    expect(gather(arrived)).to.deep.equal(['a\nb\n', '(end)']);
    expect(arrived()?.type).to.equal(Frontend.query);
  });

  it('is handed on before so much has gathered that it fills memory', () => {
    const large = 'x'.repeat(50_000);
    const arrived = arrivals(data(large), data(large), data(large), say(Frontend.copyDone));
    expect(gather(arrived).map((piece) => piece.length)).to.deep.equal([100_000, 50_000, 5]);
  });

  it('is waited for, Flush and Sync in between ignored', () => {
    const messages = [[data('a')], [say(Frontend.sync), say(Frontend.flush)], [say(Frontend.copyDone)]];
    let arrived = arrivals();
    const onWait = (): boolean => {
      arrived = arrivals(...messages.shift()!);
      return true;
    };
    expect(gather((type) => arrived(type), onWait)).to.deep.equal(['(wait)', 'a', '(wait)', '(wait)', '(end)']);
  });

  it('ends with an error when the client gives up, says something else, or leaves', () => {
    const fail = arrivals(say(Frontend.copyFail, 'no more\0'));
    expect(() => gather(fail))
      .to.throw('COPY from stdin failed: no more')
      .with.property('sqlState', '57014');
    const query = arrivals(say(Frontend.query, 'select 1\0'));
    expect(() => gather(query)).to.throw('unexpected message type 0x51 during COPY from stdin');
    expect(() => gather(arrivals(), () => false))
      .to.throw('unexpected EOF on client connection with an open transaction')
      .with.property('sqlState', '08006');
  });

  it('leaves what comes behind the data for the next who reads', () => {
    const arrived = arrivals(data('wrong'), say(Frontend.copyDone), say(Frontend.query));
    expect(nextPiece(arrived).next().value?.toString()).to.equal('wrong');
    expect(arrived()?.type).to.equal(Frontend.copyDone);
  });
});
