import { expect } from 'chai';
import { issueActions, type KnownIssue } from './issues.js';
import type { Failure } from './report-model.js';

function failure(id: string, cycles = 1): Failure {
  return {
    cause: { id, title: 'durability: none of it is in the data' },
    tier: 'kill',
    cycles,
    where: Array.from({ length: cycles }, (_, index) => ({ masterSeed: 17, index, seed: 1000 + index })),
    example: {
      seed: 1000,
      workload: 'bank',
      mutants: [],
      violations: [{ invariant: 'durability', promised: 'it survives', found: 'none of it is in the data' }],
      seedFile: 'runs/durability-1000.json',
      account: undefined,
    },
    commands: [{ what: 'again', command: 'npx crashwright replay runs/durability-1000.json' }],
  };
}

describe('issues', () => {
  it('are one for each cause, with what was found and how to see it again', () => {
    const actions = issueActions({ failures: [failure('00000001'), failure('00000002')] }, []);
    expect(actions.map(({ kind }) => kind)).to.deep.equal(['create', 'create']);
    const [{ body }] = actions;
    expect(body).to.include('npx crashwright replay runs/durability-1000.json').and.to.include('it survives');
  });

  it('are not opened again: the one of the cause is told, and reopened where it was closed', () => {
    const known: KnownIssue[] = [
      { number: 4, title: 'durability: none of it [cause 00000001]', state: 'OPEN' },
      { number: 5, title: 'a title that somebody changed [cause 00000002]', state: 'CLOSED' },
    ];
    const actions = issueActions({ failures: [failure('00000002'), failure('00000001')] }, known);
    expect(actions.map(({ body: _body, ...rest }) => rest)).to.deep.equal([
      { kind: 'comment', number: 5, reopens: true },
      { kind: 'comment', number: 4, reopens: false },
    ]);
  });

  it('are known again by what they are called', () => {
    const [first] = issueActions({ failures: [failure('00000001')] }, []);
    const title = first.kind === 'create' ? first.title : '';
    const [second] = issueActions({ failures: [failure('00000001')] }, [{ number: 9, title, state: 'OPEN' }]);
    expect(second).to.include({ kind: 'comment', number: 9 });
  });

  it('name some of the cycles where there are many', () => {
    const [{ body }] = issueActions({ failures: [failure('00000001', 30)] }, []);
    expect(body).to.include('17/19 and 10 more');
  });
});
