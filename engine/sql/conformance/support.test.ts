import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { TestCluster } from '../testing/test-cluster.js';
import type { TestSession } from '../testing/test-session.js';
import { supportRows, withSupportTable } from './support.js';

const README = new URL('../../../../README.md', import.meta.url);

/** What the README says of SQL, held against the engine. */
describe('the table of supported SQL', () => {
  let cluster: TestCluster;
  let session: TestSession;

  before(async () => {
    cluster = await TestCluster.create();
    session = cluster.session();
  });

  after(() => cluster.close());

  for (const { group, runs, refused } of supportRows) {
    it(`is true of ${group}`, () => {
      for (const example of runs) {
        const [sql, ...data] = typeof example === 'string' ? [example] : example;
        expect(session.run(sql, ...data), sql).not.to.match(/^ERROR/m);
      }
      for (const sql of refused) expect(session.run(sql), sql).to.match(/^ERROR 0A000: /);
    });
  }

  it('stands in the README as it is (npm run sql:table)', () => {
    const text = readFileSync(README, 'utf8');
    expect(text).to.equal(withSupportTable(text));
  });
});
