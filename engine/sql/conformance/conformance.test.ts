import { expect } from 'chai';
import { TestCluster } from '../testing/test-cluster.js';
import type { TestSession } from '../testing/test-session.js';
import type { Case, SessionCase } from './case.js';
import { databasesCases } from './databases.cases.js';
import { copyCases } from './copy.cases.js';
import { edgesCases } from './edges.cases.js';
import { formsCases } from './forms.cases.js';
import { indexesCases } from './indexes.cases.js';
import { lateralCases } from './lateral.cases.js';
import { onConflictCases } from './on-conflict.cases.js';
import { psqlCases } from './psql.cases.js';
import { queriesCases } from './queries.cases.js';
import { reportsCases } from './reports.cases.js';
import { savepointsCases } from './savepoints.cases.js';
import { tablesCases } from './tables.cases.js';
import { vacuumCases } from './vacuum.cases.js';
import { twoPhaseCases } from './two-phase.cases.js';
import { xidsCases } from './xids.cases.js';

/** Each list was run through PostgreSQL 15; only constructs this engine refuses (0A000) may be answered differently. */
function conforms(title: string, cases: readonly Case[]): void {
  describe(`SQL answers as PostgreSQL: ${title}`, () => {
    let cluster: TestCluster;
    before(async () => (cluster = await TestCluster.create()));
    after(() => cluster.close());

    it(`in ${cases.length} statements`, () => {
      const session = cluster.session();
      for (const [sql, answer, ...copied] of cases) expect(session.run(sql, ...copied), sql).to.equal(answer);
    });
  });
}

function conformsTogether(title: string, cases: readonly SessionCase[]): void {
  describe(`SQL answers as PostgreSQL: ${title}`, () => {
    let cluster: TestCluster;
    before(async () => (cluster = await TestCluster.create({ max_prepared_transactions: '10' })));
    after(() => cluster.close());

    it(`in ${cases.length} statements`, () => {
      const sessions = new Map<string, TestSession>();
      for (const [name, sql, answer] of cases) {
        let session = sessions.get(name);
        if (!session) sessions.set(name, (session = cluster.session()));
        expect(session.run(sql), `${name}: ${sql}`).to.equal(answer);
      }
    });
  });
}

conforms('queries', queriesCases);
conforms('tables, changes and transactions', tablesCases);
conforms('savepoints and chained transactions', savepointsCases);
conforms('joins, subqueries, aggregates, EXPLAIN', reportsCases);
conforms('joins and subqueries at their edges, functions, EXECUTE', edgesCases);
conforms("psql's own queries", psqlCases);
conforms('LATERAL', lateralCases);
conforms('forms of statements', formsCases);
conforms('indexes', indexesCases);
conforms('ON CONFLICT', onConflictCases);
conforms('databases', databasesCases);
conforms('COPY', copyCases);
conforms('vacuum and analyze', vacuumCases);
conformsTogether('two-phase commit', twoPhaseCases);
conforms('transaction ids', xidsCases);
