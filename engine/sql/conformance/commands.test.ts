import { expect } from 'chai';
import { TestCluster } from '../testing/test-cluster.js';
import type { TestSession } from '../testing/test-session.js';
import { answeredStatements, commandNames, refusedQueries, refusedStatements } from './commands.cases.js';

const REFUSAL = /^ERROR 0A000: .*(is|are) not (supported|implemented|allowed)/;

/** What the engine does not have it says by name: it neither stumbles nor takes a part of a statement for the whole. */
describe('every command of PostgreSQL', () => {
  let cluster: TestCluster;
  let session: TestSession;

  before(async () => {
    cluster = await TestCluster.create();
    session = cluster.session();
    session.run('create table t (a int primary key, b text, c numeric, d int[], e timestamptz, f bool)');
    session.run(`insert into t values (1, 'x', 1.5, '{1,2}', '2020-01-01 00:00:00+00', true)`);
    session.run('create table t2 (a int); create table u (a int, k int)');
  });

  after(() => cluster.close());

  it('is here in at least one form', () => {
    const all = [...refusedStatements, ...answeredStatements].map((statement) => statement.toUpperCase());
    expect(commandNames.filter((name) => !all.some((statement) => statement.startsWith(name)))).to.deep.equal([]);
  });

  it(`is refused by name where it is not there, in ${refusedStatements.length} statements`, () => {
    for (const statement of refusedStatements) expect(session.run(statement), statement).to.match(REFUSAL);
  });

  it(`is refused by name where a part of it is not there, in ${refusedQueries.length} queries`, () => {
    for (const query of refusedQueries) expect(session.run(query), query).to.match(REFUSAL);
  });

  it(`never fails for reasons of the engine's own, in ${answeredStatements.length} statements`, () => {
    for (const statement of answeredStatements) expect(session.run(statement), statement).not.to.match(/XX000|0A000/);
  });
});
