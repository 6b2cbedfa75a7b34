import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { engineFactory, mutantsNamed, readSeedFile, runOneCycle } from '../harness/index.js';

const CORPUS = fileURLToPath(new URL('../../harness/corpus/', import.meta.url));
/** A seed decides what happens, but not how the processes interleave. */
const ATTEMPTS = 8;

describe('corpus', function () {
  this.timeout(180_000);
  const factory = engineFactory();
  after(() => factory.dispose());
  const files = readdirSync(CORPUS).filter((name) => name.endsWith('.json'));

  for (const file of files) {
    const { mutants, config, verdict } = readSeedFile(`${CORPUS}/${file}`);
    const isSame = (text: string): boolean => text.startsWith(`${verdict.invariant}: `);
    const runOnce = async (): Promise<string[]> => {
      const { violations } = await runOneCycle(config, { factory, mutants: mutantsNamed(mutants) });
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
