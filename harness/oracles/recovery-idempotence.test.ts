import { expect } from 'chai';
import { compareRecoveries } from './recovery-idempotence.js';

const ONE = { id: 1 };
const TWO = { id: 2 };

describe('two recoveries of the same files', () => {
  it('give the same rows, in whatever order', () => {
    expect(compareRecoveries({ t: [ONE, TWO] }, { t: [ONE, TWO] })).to.deep.equal([]);
    expect(compareRecoveries({ t: [ONE, TWO] }, { t: [TWO, ONE] })).to.deep.equal([]);
    expect(compareRecoveries({ t: [] }, { t: [] })).to.deep.equal([]);
  });

  it('are accused of each table whose rows differ, and the first that does is shown', () => {
    const [violation, ...others] = compareRecoveries({ same: [ONE], t: [ONE, TWO] }, { same: [ONE], t: [ONE, ONE] });
    expect(others).to.deep.equal([]);
    expect(violation.invariant).to.equal('recovery-idempotence');
    expect(violation.promised).to.include('"t"');
    expect(violation.found).to.equal('2 and 2 rows; only in the first: {"id":2}; only in the second: -');
  });

  it('are accused of a table that is there once only', () => {
    expect(compareRecoveries({ t: [] }, {})).to.have.lengthOf(1);
    expect(compareRecoveries({}, { t: [] })).to.have.lengthOf(1);
  });

  it('are compared anew with every other', () => {
    const first = { t: [ONE] };
    expect(compareRecoveries(first, { t: [ONE] })).to.deep.equal([]);
    expect(compareRecoveries(first, { t: [TWO] })).to.have.lengthOf(1);
  });
});
