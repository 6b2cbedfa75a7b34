import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { dir, type DirectoryResult } from 'tmp-promise';
import { drawConfig } from '../runner/draw-config.js';
import { drawPowerConfig } from '../runner/power/draw-power-config.js';
import {
  readSeedFile,
  traceBeside,
  writeSeedFile,
  type KillSeedFile,
  type PowerSeedFile,
  type SeedFile,
} from './seed-file.js';

const ABOUT = { cause: 'a lock too few', consequence: 'a row is lost', fix: 'the lock', commit: '0123abc' };

describe('seed files', () => {
  let directory: DirectoryResult;
  before(async () => {
    directory = await dir({ unsafeCleanup: true });
  });
  after(() => directory.cleanup());

  const config = drawConfig(3, {
    trace: true,
    inspection: true,
    transactions: true,
    processTypes: ['backend', 'checkpointer', 'startup'],
    features: [],
  });
  const seedFile = (): SeedFile => ({
    version: 2,
    tier: 'kill',
    target: { name: 'engine', version: '0.1.0' },
    mutants: ['W1'],
    config: structuredClone(config) as KillSeedFile['config'],
    drawnFaults: [['kill all at random +0.100']],
    verdict: { invariant: 'durability', promised: 'p', found: 'f', round: 0 },
  });

  it('read back what was written', () => {
    const path = `${directory.path}/seed.json`;
    writeSeedFile(path, seedFile());
    expect(readSeedFile(path)).to.deep.equal(seedFile());
  });

  const crashed = (source: 'simulated' | 'recorded'): SeedFile =>
    ({
      version: 2,
      tier: 'power',
      source,
      target: { name: 'engine', version: '0.1.0' },
      mutants: [],
      config: structuredClone(source === 'recorded' ? config : drawPowerConfig(3)) as never,
      crash: { profile: 'xfs', crashes: ['power-loss at +12 keep {3, 7[0-3]}'] },
      trace: { events: 4, digest: 5 },
      verdict: { invariant: 'durability', promised: 'p', found: 'f' },
    }) as SeedFile;

  for (const source of ['simulated', 'recorded'] as const) {
    it(`read back the crash of a ${source} run`, () => {
      const path = `${directory.path}/${source}.json`;
      writeSeedFile(path, crashed(source));
      expect(readSeedFile(path)).to.deep.equal(crashed(source));
    });
  }

  it('take a crash whose source is not told for one of a simulated run', () => {
    const path = `${directory.path}/untold.json`;
    writeFileSync(path, JSON.stringify({ ...crashed('simulated'), source: undefined }));
    const { source, ...others } = crashed('simulated') as PowerSeedFile;
    expect(source).to.equal('simulated');
    expect(readSeedFile(path)).to.deep.equal(others);
  });

  it('may tell where transaction ids begin, and how they jump', () => {
    const path = `${directory.path}/jumps.json`;
    const kill = seedFile() as KillSeedFile;
    const rounds = [{ faults: [], jump: '5 before stop' }, { faults: [] }];
    const jumping = { ...kill, config: { ...kill.config, firstXid: 2 ** 32 - 40, rounds } };
    writeSeedFile(path, jumping);
    expect(readSeedFile(path)).to.deep.equal(jumping);
    const simulated = crashed('simulated');
    const power = { ...simulated, config: { ...simulated.config, jumps: ['17 ahead', '1 before wrap'] } } as SeedFile;
    writeSeedFile(path, power);
    expect(readSeedFile(path)).to.deep.equal(power);
  });

  it('may begin with what is known of the bug', () => {
    const path = `${directory.path}/about.json`;
    writeSeedFile(path, { ...seedFile(), about: ABOUT });
    expect(readSeedFile(path).about).to.deep.equal(ABOUT);
  });

  it('of version 1 are read as they are now', () => {
    const path = `${directory.path}/old.json`;
    writeFileSync(path, JSON.stringify({ ...seedFile(), version: 1 }));
    expect(readSeedFile(path)).to.deep.equal(seedFile());
  });

  it('of a version to come are refused, and the reader is told what to do', () => {
    const path = `${directory.path}/new.json`;
    writeFileSync(path, JSON.stringify({ ...seedFile(), version: 3 }));
    expect(() => readSeedFile(path)).to.throw(
      /new\.json is a seed file of version 3, and this is version 2: a newer crashwright wrote it/,
    );
  });

  it('have a trace beside them', () => {
    expect(traceBeside('runs/a.json')).to.equal('runs/a.trace');
    expect(traceBeside('runs/a')).to.equal('runs/a.trace');
  });

  const damaged: [string, unknown][] = [
    ['a recorded run with the configuration of a simulated one', { ...crashed('simulated'), source: 'recorded' }],
    ['a run of another source', { ...crashed('simulated'), source: 'dreamt' }],
    ['a header without a fix', { ...seedFile(), about: { cause: 'a', consequence: 'b' } }],
    ['a commit that is none', { ...seedFile(), about: { ...ABOUT, commit: 'yesterday' } }],
    [
      'a fault that does not parse',
      { ...seedFile(), config: { ...config, rounds: [{ faults: ['kill everybody now'] }] } },
    ],
    ['a jump to nowhere', { ...seedFile(), config: { ...config, rounds: [{ faults: [], jump: '5 before dawn' }] } }],
    ['no clients', { ...seedFile(), config: { ...config, clients: [] } }],
    ['not an object', 17],
  ];
  for (const [what, contents] of damaged) {
    it(`refuse ${what}`, () => {
      const path = `${directory.path}/damaged.json`;
      writeFileSync(path, JSON.stringify(contents));
      expect(() => readSeedFile(path)).to.throw('is not a seed file of version 2');
    });
  }
});
