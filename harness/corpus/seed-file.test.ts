import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { dir, type DirectoryResult } from 'tmp-promise';
import { drawConfig } from '../runner/draw-config.js';
import { readSeedFile, writeSeedFile, type KillSeedFile, type SeedFile } from './seed-file.js';

describe('seed files', () => {
  let directory: DirectoryResult;
  before(async () => {
    directory = await dir({ unsafeCleanup: true });
  });
  after(() => directory.cleanup());

  const config = drawConfig(3, { trace: true, inspection: true, processTypes: ['backend', 'checkpointer', 'startup'] });
  const seedFile = (): SeedFile => ({
    version: 1,
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

  const damaged: [string, unknown][] = [
    ['another version', { ...seedFile(), version: 2 }],
    [
      'a fault that does not parse',
      { ...seedFile(), config: { ...config, rounds: [{ faults: ['kill everybody now'] }] } },
    ],
    ['no clients', { ...seedFile(), config: { ...config, clients: [] } }],
    ['not an object', 17],
  ];
  for (const [what, contents] of damaged) {
    it(`refuse ${what}`, () => {
      const path = `${directory.path}/damaged.json`;
      writeFileSync(path, JSON.stringify(contents));
      expect(() => readSeedFile(path)).to.throw('is not a seed file of version 1');
    });
  }
});
