import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dir, type DirectoryResult } from 'tmp-promise';
import { drawConfig, engineAbilities, engineFactory, runCampaign, runCycle, exitCodeOf } from '../harness/index.js';

const SEED = 20_261_121;
const POSTGRES = '/usr/lib/postgresql/15/bin';
const COMMAND = fileURLToPath(new URL('../harness/cli/crashwright.js', import.meta.url));

function tool(name: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(`${POSTGRES}/${name}`, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
}

/** `rmgr: Heap        len (rec/tot):     54/    54, tx:        735, lsn: 0/01500060, prev 0/01500028, desc: ...` */
const RECORD_LINE = /^rmgr: (\S+)\s+len \(rec\/tot\):\s+\d+\/\s*(\d+), tx:\s+(\d+), lsn: (\S+), prev (\S+),/;
const MANAGERS = [
  'XLOG',
  'Transaction',
  'Storage',
  'CLOG',
  'Database',
  'Tablespace',
  'MultiXact',
  'RelMap',
  'Standby',
  'Heap2',
  'Heap',
  'Btree',
];

function positionOf(text: string): number {
  const [high, low] = text.split('/').map((part) => parseInt(part, 16));
  return high * 0x1_0000_0000 + low;
}

function printPosition(position: number): string {
  return `${Math.floor(position / 0x1_0000_0000).toString(16)}/${(position % 0x1_0000_0000).toString(16)}`;
}

describe(`kill campaign, seed ${SEED}`, function () {
  this.timeout(120_000);
  const factory = engineFactory();
  let directory: DirectoryResult;
  before(async () => {
    directory = await dir({ unsafeCleanup: true });
  });
  after(async () => {
    factory.dispose();
    await directory.cleanup();
  });

  it('accuses the engine of nothing', async () => {
    const summary = await runCampaign({
      factory,
      abilities: engineAbilities,
      seed: SEED,
      cycles: 10,
      jobs: 2,
      shard: { index: 1, of: 1 },
      out: `${directory.path}/failures`,
      mutants: [],
      stopAfterViolations: 1,
    });
    expect(summary.violations).to.deep.equal([]);
    expect(summary.harnessFailures).to.deep.equal([]);
    expect(summary.faults.fired).to.be.greaterThan(5);
    expect(exitCodeOf(summary)).to.equal(0);
  });

  it("PostgreSQL's own tools accept what a killed and recovered cluster leaves, and agree with our reader", async function () {
    if (!existsSync(`${POSTGRES}/pg_waldump`)) {
      process.stderr.write('    skipped: pg_waldump of PostgreSQL 15 is not installed (Debian: postgresql-15)\n');
      this.skip();
    }
    const home = `${directory.path}/judged`;
    mkdirSync(home);
    const drawn = drawConfig(SEED, engineAbilities);
    const config = {
      ...drawn,
      workload: 'mix',
      rounds: [{ faults: ['kill all at random +0.300'] }, { faults: ['kill all at random +0.300'] }],
    };
    const { violations } = await runCycle(config, { factory, directory: home, preload: [] });
    expect(violations).to.deep.equal([]);
    const data = `${home}/data`;
    expect(tool('pg_controldata', data).stdout).to.match(/Database cluster state:\s+shut down\n/);
    expect(tool('pg_checksums', '--check', '-D', data)).to.include({ status: 0 });

    const target = factory.create({
      directory: home,
      preload: [],
      settings: {},
      walSegmentMegabytes: config.walSegmentMegabytes,
    });
    const inspection = target.inspect();
    const segmentBytes = config.walSegmentMegabytes * 1024 ** 2;
    const oldest = inspection.oldestWal();
    const first = tool('pg_waldump', '-p', `${data}/pg_wal`, '-n', '1', '-s', printPosition(oldest + 40));
    const start = positionOf(RECORD_LINE.exec(first.stdout.split('\n').find((line) => RECORD_LINE.test(line))!)![4]);
    const wal = inspection.wal(start);
    const dumped = tool('pg_waldump', '-p', `${data}/pg_wal`, '-s', printPosition(start), '-e', printPosition(wal.end));
    expect(dumped.stderr).to.equal('');
    const theirs = dumped.stdout.split('\n').flatMap((line) => {
      const match = RECORD_LINE.exec(line);
      return match ? [`${match[4]} ${match[5]} ${match[2]} ${match[3]} ${match[1]}`] : [];
    });
    const pad = (position: number): string =>
      `${Math.floor(position / 0x1_0000_0000)
        .toString(16)
        .toUpperCase()}/${(position % 0x1_0000_0000).toString(16).toUpperCase().padStart(8, '0')}`;
    const ours = wal.records.map(
      (each) =>
        `${pad(each.lsn)} ${pad(each.previous)} ${each.totalBytes} ${each.xid} ${MANAGERS[each.resourceManager]}`,
    );
    expect(ours.length).to.be.greaterThan(10);
    expect(theirs).to.deep.equal(ours);
    expect(readdirSync(`${data}/pg_wal`).length * segmentBytes).to.be.greaterThan(0);
    target.trace.close();
  });

  it('exits with 2 for wrong usage and with 3 when nothing fired', () => {
    const run = (...args: string[]): number | null =>
      spawnSync(process.execPath, [COMMAND, ...args], { stdio: 'ignore' }).status;
    expect(run('run', '--jobs', 'many')).to.equal(2);
    expect(run('replay', '/no/such/file')).to.equal(2);
    expect(run('run', '--mutant', 'Z99', '--cycles', '1')).to.equal(2);
    expect(run('nonsense')).to.equal(2);
  });
});
