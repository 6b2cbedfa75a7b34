import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { dir, type DirectoryResult } from 'tmp-promise';
import type { CycleRecord } from './cycle-record.js';
import { RunDirectory, readRunDirectory } from './run-directory.js';
import { arbitraryRecord } from './testing/arbitrary-record.js';

const HEADER = {
  crashwright: '0.1.0',
  target: { name: 'engine', version: '0.1.0' },
  tier: 'all' as const,
  seed: 17,
  shard: { index: 1, of: 1 },
  jobs: 2,
  mutants: [],
};

describe("the directory of a run's results", () => {
  let temporary: DirectoryResult;
  let made = 0;
  before(async () => (temporary = await dir({ unsafeCleanup: true })));
  after(() => temporary.cleanup());

  function create(): RunDirectory {
    return RunDirectory.create(path.join(temporary.path, `run-${made++}`), HEADER);
  }

  function cycle(index: number): CycleRecord {
    return { ...fc.sample(arbitraryRecord, { seed: index, numRuns: 1 })[0], index };
  }

  it('has what was written, in the order of the cycles', () => {
    fc.assert(
      fc.property(fc.array(arbitraryRecord, { maxLength: 6 }), (records) => {
        const cycles = records.map((record, index) => ({ ...record, index }));
        const run = create();
        for (const record of cycles.toReversed()) run.append(record);
        run.end();
        const read = readRunDirectory(run.path);
        expect(read.cycles).to.deep.equal(cycles);
        expect(read.header).to.deep.include(HEADER);
        expect(read.header.endedAt).to.be.a('string');
      }),
      { numRuns: 30 },
    );
  });

  it('of a run that was cut off has the cycles that had ended', () => {
    const run = create();
    run.append(cycle(0));
    run.append(cycle(1));
    const file = path.join(run.path, 'cycles.jsonl');
    fs.truncateSync(file, fs.statSync(file).size - 3);
    const { cycles, header } = readRunDirectory(run.path);
    expect(cycles.map(({ index }) => index)).to.deep.equal([0]);
    expect(header.endedAt).to.equal(undefined);
  });

  it('is not used for a second run', () => {
    const run = create();
    expect(() => RunDirectory.create(run.path, HEADER)).to.throw('holds the results of a run already');
  });

  it('is refused with file, line and field where it is wrong', () => {
    const run = create();
    run.append(cycle(0));
    run.append({ ...cycle(1), crashes: -1 });
    expect(() => readRunDirectory(run.path)).to.throw(/cycles\.jsonl:2 .*crashes/);
    fs.writeFileSync(path.join(run.path, 'run.json'), JSON.stringify({ ...HEADER, version: 99 }));
    expect(() => readRunDirectory(run.path)).to.throw(/run\.json .*version/);
    fs.writeFileSync(path.join(run.path, 'run.json'), 'rubbish');
    expect(() => readRunDirectory(run.path)).to.throw(/run\.json is not JSON/);
  });
});
