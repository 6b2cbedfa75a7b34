import { expect } from 'chai';
import { History } from '../../history/history.js';
import { inserts } from '../../workloads/inserts.js';
import type { RecoveredContents } from './judge-state.js';
import { Judgements } from './judgements.js';

/** A history in which so many transactions, of a row each, were acknowledged. */
function acknowledged(count: number): History {
  const history = new History();
  for (let number = 1; number <= count; number++) {
    history.invoke({
      client: 1,
      number,
      tag: `1.${number}`,
      round: 0,
      effect: { rows: 1, padding: 0 },
      commits: true,
      synchronous: true,
      invokedAt: 0,
      invokeSequence: 3 * number,
      commitSequence: 3 * number + 1,
      endSequence: 3 * number + 2,
      outcome: 'ok',
    });
  }
  return history;
}

/** What a recovery left of them: the rows of the first so many. */
function recovered(count: number, beside: Partial<RecoveredContents> = {}): RecoveredContents {
  const rows = Array.from({ length: count }, (_, index) => ({ client: '1', number: String(index + 1) }));
  const time = { replayedBytes: 0, ms: 0 };
  return { contents: { inserts: rows }, endOfLog: 0, concluding: [], inFiles: [], time, ...beside };
}

describe('judgements', () => {
  let timesExamined = 0;
  const workload: typeof inserts = {
    ...inserts,
    examine(...evidence) {
      timesExamined++;
      return inserts.examine(...evidence);
    },
  };
  let judgements: Judgements;
  beforeEach(() => {
    timesExamined = 0;
    judgements = new Judgements({ workload, shape: { clients: 1, asyncShare: 0, rollbackShare: 0 } });
  });
  const accused = (...[found, history]: Parameters<Judgements['judge']>): string[] =>
    judgements.judge(found, history).map(({ invariant }) => invariant);

  it('let contents that passed pass again, unread', () => {
    const history = acknowledged(3);
    for (let times = 0; times < 3; times++) expect(accused(recovered(3), history)).to.deep.equal([]);
    expect(timesExamined).to.equal(1);
  });

  it('accuse what differs from contents that passed, each time', () => {
    const history = acknowledged(3);
    expect(accused(recovered(3), history)).to.deep.equal([]);
    for (let times = 0; times < 2; times++) expect(accused(recovered(2), history)).to.deep.equal(['durability']);
  });

  it('hold contents that passed by one history against the next', () => {
    expect(accused(recovered(3), acknowledged(3))).to.deep.equal([]);
    expect(accused(recovered(3), acknowledged(4))).to.deep.equal(['durability']);
  });

  it('tell what was found beside contents that passed', () => {
    const history = acknowledged(1);
    const violation = { invariant: 'page-structure' as const, promised: '', found: '' };
    expect(accused(recovered(1), history)).to.deep.equal([]);
    expect(accused(recovered(1, { inFiles: [violation] }), history)).to.deep.equal(['page-structure']);
    expect(accused(recovered(1, { concluding: [violation] }), history)).to.deep.equal(['page-structure']);
  });
});
