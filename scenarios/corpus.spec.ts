import * as os from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import {
  ENGINE_SIMULATION,
  PowerWorker,
  corpusFiles,
  engineFactory,
  mutantsNamed,
  runOneCycle,
  traceBeside,
  type CorpusFile,
  type Violation,
} from '../harness/index.js';
import { atMost } from './support/at-most.js';

const CORPUS = fileURLToPath(new URL('../../harness/corpus/', import.meta.url));
/** A seed decides what happens, but not how the processes interleave. */
const ATTEMPTS = 8;
/** Of a run that is another one by now: how long it is searched for a crash that fails. */
const SEARCH_MS = 5000;
/** Replays wait more than they work. */
const AT_ONCE = Math.min(4, os.availableParallelism() + 1);

describe('corpus', function () {
  this.timeout(180_000);
  const factory = engineFactory();
  const files = corpusFiles(CORPUS);
  const replays = new Map<CorpusFile, Promise<string[]>>();

  before(() => {
    const gate = atMost(AT_ONCE);
    for (const file of files) {
      const replay = gate(() => replayed(file));
      replay.catch(() => {}); // its test tells
      replays.set(file, replay);
    }
  });
  after(() => factory.dispose());

  /** What was found, as `invariant: found`; a file that must fail is tried again until it does. */
  async function replayed(file: CorpusFile): Promise<string[]> {
    const { mutants } = file.seedFile;
    let found = await runOnce(file);
    for (let attempt = 1; mutants.length > 0 && attempt < ATTEMPTS && !found.some(isOf(file)); attempt++) {
      found = await runOnce(file);
    }
    return found;
  }

  function isOf({ seedFile }: CorpusFile): (text: string) => boolean {
    return (text) => text.startsWith(`${seedFile.verdict.invariant}: `);
  }

  async function runOnce(file: CorpusFile): Promise<string[]> {
    const violations = await violationsOf(file);
    return violations.map(({ invariant, found }) => `${invariant}: ${found}`);
  }

  async function violationsOf({ name, seedFile }: CorpusFile): Promise<readonly Violation[]> {
    const mutants = mutantsNamed(seedFile.mutants);
    if (seedFile.tier === 'kill') return (await runOneCycle(seedFile.config, { factory, mutants })).violations;
    const worker = new PowerWorker({ target: ENGINE_SIMULATION, mutants: mutants.map(({ module }) => module) });
    const job = { ...seedFile, recording: traceBeside(`${CORPUS}/${name}`), budgetMs: SEARCH_MS, isBrief: true };
    try {
      return (await worker.run('replay', job)).violations;
    } finally {
      await worker.close();
    }
  }

  for (const file of files) {
    const { name, seedFile } = file;
    if (seedFile.mutants.length === 0) {
      it(`${name} stays mended`, async () => expect(await replays.get(file)).to.deep.equal([]));
    } else {
      it(`${name} is found again: ${seedFile.verdict.invariant}`, async () => {
        const found = await replays.get(file)!;
        expect(found.some(isOf(file)), found.join('\n')).to.equal(true);
      });
    }
  }

  it('is not empty, and says of every file what it is about', () => {
    expect(files.length).to.be.greaterThan(10);
    for (const { name, seedFile } of files) expect(seedFile.about, name).to.have.all.keys(...headerOf(seedFile));
  });
});

/** A mutant was never mended. */
function headerOf({ mutants }: CorpusFile['seedFile']): string[] {
  return ['cause', 'consequence', 'fix', ...(mutants.length > 0 ? [] : ['commit'])];
}
