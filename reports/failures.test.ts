import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { dir, type DirectoryResult } from 'tmp-promise';
import { accountBeside, writeAccount, type FailureAccount } from '../harness/results/failure-account.js';
import { arbitraryRecord } from '../harness/results/testing/arbitrary-record.js';
import { failuresOf } from './failures.js';
import type { LocatedRecord } from './located-record.js';

describe('failures', () => {
  let directory: DirectoryResult;
  before(async () => (directory = await dir({ unsafeCleanup: true })));
  after(() => directory.cleanup());

  const [drawn] = fc.sample(arbitraryRecord, { seed: 1, numRuns: 1 });
  const violations = [{ invariant: 'durability' as const, promised: 'row 7 is there', found: 'row 7 is gone' }];

  function failed(index: number): LocatedRecord {
    const header = {
      version: 1 as const,
      crashwright: '0.1.0',
      target: { name: 'engine', version: '0.1.0' },
      tier: 'kill' as const,
      seed: 17,
      shard: { index: 1, of: 1 },
      jobs: 1,
      mutants: [],
      startedAt: '2026-01-01T00:00:00.000Z',
    };
    const record = { ...drawn, index, tier: 'kill' as const, violations, seedFile: `durability-${index}.json` };
    return { record, run: { directory: directory.path, header, cycles: [record] } };
  }

  function account(promised: string): FailureAccount {
    return {
      version: 1,
      tier: 'kill',
      seed: 1,
      workload: 'bank',
      clients: 1,
      mutants: [],
      violations: [{ invariant: 'durability', promised, found: 'it is gone' }],
      faults: [],
      operations: [],
      timelines: [],
      losses: [],
      wal: [],
      verdicts: [],
      serverLog: '',
    };
  }

  it('without an account are told by their record', () => {
    const [{ example, cycles, commands }] = failuresOf([failed(1), failed(2)]);
    expect({ cycles, promised: example.violations[0].promised }).to.deep.equal({
      cycles: 2,
      promised: 'row 7 is there',
    });
    expect(example.account).to.equal(undefined);
    expect(commands[0].command).to.equal(`npx crashwright shrink ${path.join(directory.path, 'durability-1.json')}`);
  });

  it('are told by the account of the smallest case, and made again by its seed file', () => {
    const seedFile = path.join(directory.path, 'durability-3.json');
    writeAccount(accountBeside(seedFile), account('of the found'));
    expect(failuresOf([failed(3)])[0].example.violations[0].promised).to.equal('of the found');
    const shrunk = path.join(directory.path, 'durability-3.shrunk.json');
    fs.writeFileSync(shrunk, '{}');
    writeAccount(accountBeside(shrunk), account('of the shrunk'));
    const [{ example, commands }] = failuresOf([failed(3)]);
    expect(example.violations[0].promised).to.equal('of the shrunk');
    expect(commands.map(({ command }) => command)).to.deep.equal([
      `npx crashwright replay ${shrunk}`,
      `npx crashwright replay ${seedFile}`,
    ]);
  });
});
