import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { painted } from './painted.js';

const RED = '\u001b[31m';

/** A stream that says of itself what a terminal does. */
function terminal(isTTY: boolean): NodeJS.WritableStream {
  return Object.assign(new PassThrough(), { isTTY });
}

describe('colours', () => {
  const text = 'VIOLATED durability   seed 1\n  promised: VIOLATED is only a word here';
  let saved: string | undefined;
  beforeEach(() => {
    saved = process.env.NO_COLOR;
    delete process.env.NO_COLOR;
  });
  afterEach(() => {
    if (saved === undefined) delete process.env.NO_COLOR;
    else process.env.NO_COLOR = saved;
  });

  it('mark verdicts on a terminal', () => {
    const lines = painted(text, terminal(true)).split('\n');
    expect(lines[0]).to.match(new RegExp(`^${RED.replace('[', '\\[')}VIOLATED`));
    expect(lines[1]).to.equal(text.split('\n')[1]);
    expect(painted('NOTHING VIOLATED', terminal(true))).to.not.equal('NOTHING VIOLATED');
  });

  it('are not for files and pipes, nor where NO_COLOR is set', () => {
    expect(painted(text, terminal(false))).to.equal(text);
    process.env.NO_COLOR = '1';
    expect(painted(text, terminal(true))).to.equal(text);
  });
});
