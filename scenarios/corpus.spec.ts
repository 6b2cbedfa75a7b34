import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import {
  ENGINE_SIMULATION,
  PowerWorker,
  engineFactory,
  mutantsNamed,
  readSeedFile,
  runOneCycle,
  traceBeside,
  type SeedFile,
  type Violation,
} from '../harness/index.js';

const CORPUS = fileURLToPath(new URL('../../harness/corpus/', import.meta.url));
/** A seed decides what happens, but not how the processes interleave. */
const ATTEMPTS = 8;

describe('corpus', function () {
  this.timeout(180_000);
  const factory = engineFactory();
  after(() => factory.dispose());

  async function violationsOf(path: string, seedFile: SeedFile): Promise<readonly Violation[]> {
    const mutants = mutantsNamed(seedFile.mutants);
    if (seedFile.tier === 'kill') return (await runOneCycle(seedFile.config, { factory, mutants })).violations;
    const worker = new PowerWorker({ target: ENGINE_SIMULATION, mutants: mutants.map(({ module }) => module) });
    const job = { ...seedFile, recording: traceBeside(path) };
    try {
      return (await worker.run('replay', job)).failure?.violations ?? [];
    } finally {
      await worker.close();
    }
  }

  const files = readdirSync(CORPUS).filter((name) => name.endsWith('.json'));

  for (const file of files) {
    const seedFile = readSeedFile(`${CORPUS}/${file}`);
    const { mutants, verdict } = seedFile;
    const isSame = (text: string): boolean => text.startsWith(`${verdict.invariant}: `);
    const runOnce = async (): Promise<string[]> => {
      const violations = await violationsOf(`${CORPUS}/${file}`, seedFile);
      return violations.map(({ invariant, found }) => `${invariant}: ${found}`);
    };
    if (mutants.length === 0) {
      it(`${file} stays mended`, async () => expect(await runOnce()).to.deep.equal([]));
    } else {
      it(`${file} is found again: ${verdict.invariant}`, async () => {
        let found: string[] = [];
        for (let attempt = 0; attempt < ATTEMPTS && !found.some(isSame); attempt++) found = await runOnce();
        expect(found.some(isSame), found.join('\n')).to.equal(true);
      });
    }
  }

  it('is not empty', () => {
    expect(files.length).to.be.greaterThan(10);
  });
});
