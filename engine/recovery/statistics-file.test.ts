import { expect } from 'chai';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dir } from 'tmp-promise';
import { openRealOs } from '../os/real-os.js';
import { createCluster } from './recovery.js';
import { TestEngine, TestTable } from './testing/test-cluster.js';

const ROWS = { inserted: 3, deleted: 1, live: 2, dead: 1, insertedSinceVacuum: 3, changedSinceAnalyze: 4 };

describe('statistics of tables across starts', () => {
  let directory: string;
  let cleanup: () => Promise<void>;
  let engine: TestEngine;
  const path = (): string => join(directory, 'pg_stat', 'pgstat.stat');

  beforeEach(async () => {
    const temporary = await dir({ unsafeCleanup: true });
    ({ cleanup } = temporary);
    directory = join(temporary.path, 'data');
    createCluster(openRealOs(), directory, { segmentBytes: 1 << 20 });
    start();
    const table = new TestTable(engine);
    engine.transact(() => table.create());
    engine.transact(() => [1, 2, 3].forEach((key) => table.insert(key, 'x')));
    engine.transact(() => table.delete(2));
    engine.access.statistics.reportAutovacuum(5);
    engine.access.statistics.report(true);
  });
  afterEach(async () => {
    engine.crash();
    await cleanup();
  });

  function start(): void {
    engine = new TestEngine(directory);
    engine.recovery.runStartup();
  }

  const counted = (): object | undefined => engine.access.statistics.relation(5, 16384);

  it('are there again after a clean shutdown', () => {
    const before = [counted(), engine.access.statistics.database(5)];
    expect(before[0]).to.include(ROWS);
    engine.shutDown();
    start();
    expect([counted(), engine.access.statistics.database(5)]).to.deep.equal(before);
  });

  it('are lost in a crash, whatever an earlier shutdown left', () => {
    engine.shutDown();
    const saved = readFileSync(path());
    start();
    expect(existsSync(path())).to.equal(false);
    writeFileSync(path(), saved);
    engine.transact(() => new TestTable(engine).insert(4, 'x'));
    engine.crash();
    start();
    expect(counted()).to.equal(undefined);
    expect(existsSync(path())).to.equal(false);
  });

  const damages: [string, (saved: Buffer) => Buffer][] = [
    ['zeros', (saved) => Buffer.alloc(saved.length)],
    ['empty', () => Buffer.alloc(0)],
    ['cut', (saved) => saved.subarray(0, saved.length - 8)],
    ['torn', (saved) => Buffer.concat([saved.subarray(0, 40), Buffer.alloc(saved.length - 40)])],
  ];
  for (const [what, damaged] of damages) {
    it(`begin anew when their file is ${what}`, () => {
      engine.shutDown();
      writeFileSync(path(), damaged(readFileSync(path())));
      start();
      expect(engine.log).to.include('LOG: corrupted statistics file');
      expect(counted()).to.equal(undefined);
    });
  }

  it('do not keep a server from ending when the disk is full', () => {
    engine.counted.watch = (name, [file]) => {
      if (name !== 'open' || !String(file).includes('pgstat')) return;
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    };
    engine.shutDown();
    expect(engine.log).to.include('LOG: could not write statistics file: ENOSPC: no space left on device');
    start();
    expect(counted()).to.equal(undefined);
  });
});
