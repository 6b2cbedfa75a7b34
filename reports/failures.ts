import * as fs from 'node:fs';
import * as path from 'node:path';
import { causeOf, type Cause } from '../harness/results/cause.js';
import { accountBeside, readAccount, type FailureAccount } from '../harness/results/failure-account.js';
import { groupBy } from '../harness/results/group-by.js';
import type { LocatedRecord } from './located-record.js';
import type { Failure } from './report-model.js';

interface FailedCycle extends LocatedRecord {
  readonly cause: Cause;
}

/** The failures by cause, the most frequent first; the account of each is of the first cycle that has one. */
export function failuresOf(records: readonly LocatedRecord[]): Failure[] {
  const failed = records.filter(({ record }) => record.violations.length > 0).map(withCause);
  return [...groupBy(failed, ({ cause }) => cause.id).values()]
    .map(failureOf)
    .sort((a, b) => b.cycles - a.cycles || a.cause.id.localeCompare(b.cause.id));
}

function withCause({ record, run }: LocatedRecord): FailedCycle {
  const { tier, violations } = record;
  return { record, run, cause: causeOf({ tier, mutants: run.header.mutants, violation: violations[0] }) };
}

function failureOf(cycles: readonly FailedCycle[]): Failure {
  const { cause, record, run } = cycles[0];
  const seedFile = record.seedFile === undefined ? undefined : path.join(run.directory, record.seedFile);
  const account = seedFile === undefined ? undefined : smallestAccount(seedFile);
  return {
    cause,
    tier: record.tier,
    cycles: cycles.length,
    where: cycles.map((each) => ({
      masterSeed: each.run.header.seed,
      index: each.record.index,
      seed: each.record.seed,
    })),
    example: {
      seed: record.seed,
      workload: record.workload,
      mutants: run.header.mutants,
      violations: account?.violations ?? record.violations,
      seedFile,
      account,
    },
    commands: seedFile === undefined ? [] : commandsFor(seedFile),
  };
}

/** Of the case that `crashwright shrink` left, or else of the one that was found. */
function smallestAccount(seedFile: string): FailureAccount | undefined {
  return readAccount(accountBeside(shrunkOf(seedFile))) ?? readAccount(accountBeside(seedFile));
}

/** What to run to see a failure again. */
export function commandsFor(seedFile: string): Failure['commands'] {
  const shrunk = shrunkOf(seedFile);
  return [
    fs.existsSync(shrunk)
      ? { what: 'run the smallest cycle again that is known to fail so', command: `npx crashwright replay ${shrunk}` }
      : { what: 'look for a smaller one that fails the same way', command: `npx crashwright shrink ${seedFile}` },
    { what: 'run the same cycle again', command: `npx crashwright replay ${seedFile}` },
  ];
}

/** Where `crashwright shrink` puts the smaller case. */
function shrunkOf(seedFile: string): string {
  return seedFile.replace(/\.json$/, '.shrunk.json');
}
