import { expect } from 'chai';
import { isExpectedError } from './expected-errors.js';

describe('expected errors', () => {
  const plain = {};
  const expecting = (code: string, message = 'some error', workload: { expectedErrors?: string[] } = plain): boolean =>
    isExpectedError({ code, message }, workload);

  it('are those of injected faults and of conflicts, and those that the workload names', () => {
    expect(['40P01', '53100', '58030'].map((code) => expecting(code))).to.deep.equal([true, true, true]);
    expect(['XX000', 'XX001', '42P01'].map((code) => expecting(code))).to.deep.equal([false, false, false]);
    expect(expecting('42P01', 'no such table', { expectedErrors: ['42P01'] })).to.equal(true);
  });

  // A false alarm: a short write failed the checkpoint that CREATE DATABASE had asked for.
  it('include that of a checkpoint that failed, which has no SQLSTATE of its own', () => {
    expect(expecting('XX000', 'checkpoint request failed')).to.equal(true);
    expect(expecting('XX000', 'checkpoint request failed to make sense')).to.equal(false);
  });
});
