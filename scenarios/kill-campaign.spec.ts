import { expect } from 'chai';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dir, type DirectoryResult } from 'tmp-promise';
import { POSTGRES_BIN } from '../harness/adapters/postgres.js';
import { postgresToolsSay } from '../harness/adapters/engine/postgres-tools.js';
import {
  drawConfig,
  engineAbilities,
  engineFactory,
  exitCodeOf,
  runCampaign,
  type Inspection,
} from '../harness/index.js';
import { readRunDirectory } from '../harness/results/run-directory.js';
import { eventually } from './support/server.js';

const SEED = 20_261_121;
const postgresTools = existsSync(`${POSTGRES_BIN}/pg_waldump`) ? POSTGRES_BIN : undefined;
const COMMAND = fileURLToPath(new URL('../harness/cli/crashwright.js', import.meta.url));

function processesMention(text: string): boolean {
  return readdirSync('/proc').some((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false; // it has ended
    }
  });
}

describe(`kill campaign, seed ${SEED}`, function () {
  this.timeout(120_000);
  const factory = engineFactory({ postgresTools });
  let directory: DirectoryResult;
  before(async () => {
    if (!postgresTools) {
      process.stderr.write("    without PostgreSQL's tools, which are not installed (Debian: postgresql-15)\n");
    }
    directory = await dir({ unsafeCleanup: true });
  });
  after(async () => {
    factory.dispose();
    await directory.cleanup();
  });

  it("accuses the engine of nothing, nor do PostgreSQL's own tools", async () => {
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

  it('hears what they complain of', async function () {
    if (!postgresTools) this.skip();
    const config = { ...drawConfig(SEED, engineAbilities), workload: 'mix', rounds: [], recoverTwice: false };
    const home = `${directory.path}/judged`;
    mkdirSync(home);
    const target = factory.create({ ...config, directory: home, preload: [] });
    await target.prepare();
    await target.start();
    await target.whenServing(30_000, async () => {});
    await target.stop('fast');
    expect(target.secondOpinion()).to.deep.equal([]);
    const catalog = `${target.dataDirectory}/base/5/1259`;
    const bytes = readFileSync(catalog);
    bytes[5000] ^= 1;
    writeFileSync(catalog, bytes);
    expect(target.secondOpinion()!.join()).to.match(/^pg_checksums: .*1259.*block 0/);
    bytes[5000] ^= 1;
    writeFileSync(catalog, bytes);
    const inspection = target.inspect();
    const shortSighted: Inspection = {
      control: () => inspection.control(),
      oldestWal: () => inspection.oldestWal(),
      pages: () => inspection.pages(),
      fateOf: (xid) => inspection.fateOf(xid),
      horizons: () => inspection.horizons(),
      indexes: () => inspection.indexes(),
      logAround: (position) => inspection.logAround(position),
      wal(from) {
        const wal = inspection.wal(from);
        return { ...wal, records: wal.records.slice(0, -1) };
      },
    };
    expect(postgresToolsSay(postgresTools, target.dataDirectory, shortSighted).join()).to.include('we read "the end"');
    await target.dispose();
  });

  it('leaves no server and no file behind when it is interrupted, but the results it had come to', async () => {
    const tmp = `${directory.path}/tmp`;
    mkdirSync(tmp);
    const out = `${directory.path}/interrupted`;
    const run = spawn(process.execPath, [COMMAND, 'run', '--cycles', '100', '--jobs', '1', '--out', out], {
      env: { ...process.env, TMPDIR: tmp },
      stdio: 'ignore',
    });
    const ended = new Promise<number | null>((resolve) => run.on('exit', resolve));
    const socket = (): string | undefined =>
      readdirSync(tmp, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('.s.PGSQL.5432'));
    await eventually('a server', socket);
    run.kill('SIGTERM');
    expect(await ended).to.equal(128 + 15);
    expect(readdirSync(tmp)).to.deep.equal([]);
    expect(readRunDirectory(out).header.endedAt).to.equal(undefined);
    await eventually('its processes to end', () => !processesMention(tmp));
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
