import { expect } from 'chai';
import { durationMs, positiveNumber, shardOf } from './options.js';

describe('command-line options', () => {
  it('durations', () => {
    expect(['60s', '60', '2m', '1.5s', '20ms', '1h'].map(durationMs)).to.deep.equal([
      60_000, 60_000, 120_000, 1500, 20, 3_600_000,
    ]);
    for (const text of ['', 'soon', '5 parsecs', '-1s']) expect(() => durationMs(text)).to.throw();
  });

  it('shards', () => {
    expect(shardOf('2/4')).to.deep.equal({ index: 2, of: 4 });
    for (const text of ['0/4', '5/4', '2', 'a/b']) expect(() => shardOf(text)).to.throw();
  });

  it('numbers', () => {
    expect(positiveNumber('3')).to.equal(3);
    for (const text of ['0', '-1', '1.5', 'many']) expect(() => positiveNumber(text)).to.throw();
  });
});
