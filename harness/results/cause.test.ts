import { expect } from 'chai';
import { causeOf, generalised, type CauseEvidence } from './cause.js';

function evidence(found: string, rest: Partial<CauseEvidence> = {}): CauseEvidence {
  return {
    tier: 'power',
    mutants: [],
    violation: { invariant: 'serves-again', promised: 'it comes up', found },
    ...rest,
  };
}

describe('causes of failures', () => {
  it('are the same for failures that differ in numbers, positions and names', () => {
    const one =
      'FATAL XX001: invalid page in block 7 of relation base/5/1249 DETAIL: WAL redo at 0/14CE18 for Heap/INSERT';
    const other =
      'FATAL XX001: invalid page in block 0 of relation base/5/16390 DETAIL: WAL redo at 1/FF for Heap/INSERT';
    expect(causeOf(evidence(one))).to.deep.equal(causeOf(evidence(other)));
    expect(causeOf(evidence('file "a" is missing')).id).to.equal(causeOf(evidence('file "b" is missing')).id);
    expect(generalised('rows 1, 2, 3 and 4 are gone')).to.equal(generalised('rows 7, 9 are gone'));
  });

  it('differ by what was found, by invariant, by tier and by mutants', () => {
    const cases = [
      evidence('invalid page in block 7'),
      evidence('the log ends in block 7'),
      evidence('invalid page in block 7', { tier: 'kill' }),
      evidence('invalid page in block 7', { mutants: ['W2'] }),
      evidence('', { violation: { invariant: 'durability', promised: '', found: 'invalid page in block 7' } }),
    ];
    expect(new Set(cases.map((each) => causeOf(each).id)).size).to.equal(cases.length);
  });

  it('do not depend on the order of mutants', () => {
    const ids = [
      ['A', 'B'],
      ['B', 'A'],
    ].map((mutants) => causeOf(evidence('x', { mutants })).id);
    expect(ids[0]).to.equal(ids[1]);
  });

  it('have short titles of one line', () => {
    const { title } = causeOf(evidence(`${'long '.repeat(100)}\nand a second line`));
    expect(title.length).to.be.lessThan(150);
    expect(title).not.to.include('\n');
  });
});
