import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { postgresIsInstalled } from '../harness/bench/postgres-contender.js';
import { EngineStage, PostgresStage } from '../harness/bench/wraparound-stages.js';
import { playWraparound } from '../harness/bench/wraparound.js';

const PORT = 54_430;

describe('where transaction ids run out', function () {
  this.timeout(180_000);

  it('clients are warned, then refused, and served again after freezing, word for word as by PostgreSQL', async function () {
    if (!postgresIsInstalled()) {
      process.stderr.write('    skipped: PostgreSQL 15 is not installed (Debian: postgresql-15)\n');
      this.skip();
    }
    const stages = [new EngineStage((await dir()).path, PORT), new PostgresStage((await dir()).path, PORT + 1)];
    const [ours, theirs] = await Promise.all(stages.map(playWraparound));
    expect(ours).to.deep.equal(theirs);
    const states = theirs.map(({ when, answer }) => `${when}: ${/WARNING|ERROR \w+/.exec(answer)?.[0] ?? 'served'}`);
    expect([...new Set(states)]).to.deep.equal([
      'before: served',
      'warning limit: WARNING',
      'warning limit: served',
      'stop limit: ERROR 54000',
      'stop limit: served',
      'after VACUUM FREEZE: served',
      'forced vacuum: served',
      'before the wrap: served',
      'after the wrap: served',
    ]);
    const answers = new Map(ours.map(({ sql, answer }) => [sql, answer]));
    expect(answers.get('show autovacuum')).to.equal('[["off"]]');
    expect(answers.get("select autovacuum_count > 0 from pg_stat_user_tables where relname = 't'")).to.equal(
      '[[true]]',
    );
    expect(answers.get('select txid_current() > 4294967296')).to.equal('[[true]]');
  });
});
