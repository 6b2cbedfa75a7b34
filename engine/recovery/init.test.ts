import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { expect } from 'chai';
import { POSTGRES_BIN, skipWithout } from '../base/testing/postgres-tools.js';
import { dir } from 'tmp-promise';
import type { Files } from '../os/os.js';
import { openRealOs } from '../os/real-os.js';
import { readControlFile } from './control-file.js';
import { clusterDirectories, createCluster } from './init.js';

const SEGMENT_BYTES = 1024 ** 2;
const os = openRealOs();

describe('a new cluster', () => {
  let directory = '';
  let cleanup = async (): Promise<void> => {};

  beforeEach(async () => {
    const made = await dir({ unsafeCleanup: true });
    directory = made.path;
    cleanup = made.cleanup;
  });
  afterEach(() => cleanup());

  it('has what initdb makes', () => {
    const control = createCluster(os, directory, { segmentBytes: SEGMENT_BYTES });
    for (const name of clusterDirectories) expect(fs.statSync(`${directory}/${name}`).mode & 0o777).to.equal(0o700);
    for (const name of ['', 'base/1/', 'base/5/']) {
      expect(fs.readFileSync(`${directory}/${name}PG_VERSION`, 'utf8')).to.equal('15\n');
    }
    expect(fs.statSync(`${directory}/pg_wal/000000010000000000000001`).size).to.equal(SEGMENT_BYTES);
    expect(readControlFile(os, directory)).to.deep.equal(control);
    expect([control.state, control.checkPoint]).to.deep.equal(['shut down', SEGMENT_BYTES + 40]);
  });

  it("satisfies PostgreSQL's own tools", function () {
    skipWithout(this, 'pg_waldump');
    createCluster(os, directory, { segmentBytes: SEGMENT_BYTES });
    const env = { LC_ALL: 'C' };
    const control = execFileSync(`${POSTGRES_BIN}/pg_controldata`, [directory], { encoding: 'utf8', env });
    expect(control).to.match(/cluster state: +shut down\n/);
    expect(control).to.not.contain('WARNING');
    const dump = spawnSync(`${POSTGRES_BIN}/pg_waldump`, [`${directory}/pg_wal/000000010000000000000001`], {
      encoding: 'utf8',
      env,
    });
    expect(dump.stdout).to.match(
      /rmgr: XLOG .* lsn: 0\/00100028, .* CHECKPOINT_SHUTDOWN redo 0\/100028; tli 1; .* shutdown/,
    );
    expect(dump.stderr).to.contain('invalid record length');
    const checksums = spawnSync(`${POSTGRES_BIN}/pg_checksums`, ['--check', '-D', directory], {
      encoding: 'utf8',
      env,
    });
    expect(checksums.stderr + checksums.stdout).to.match(/Bad checksums: +0/);
  });

  it('is not made over anything else', () => {
    fs.writeFileSync(`${directory}/precious`, '');
    expect(() => createCluster(os, directory, { segmentBytes: SEGMENT_BYTES })).to.throw('exists but is not empty');
  });

  it('does not exist before its control file, which comes last', () => {
    const calls: string[] = [];
    const files = new Proxy<Files>(os.files, {
      get:
        (target, property) =>
        (...all: unknown[]) => {
          calls.push(`${String(property)} ${all[0]}`);
          return Reflect.apply(target[property as keyof Files], target, all);
        },
    });
    createCluster({ ...os, files }, directory, { segmentBytes: SEGMENT_BYTES });
    const control = calls.findIndex((call) => call.startsWith('open') && call.endsWith('pg_control'));
    expect(calls.slice(control).map((call) => call.split(' ')[0])).to.deep.equal([
      'open',
      'pwrite',
      'fsync',
      'close',
      'fsyncDirectory',
    ]);
  });
});
