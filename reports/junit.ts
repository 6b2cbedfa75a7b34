import * as path from 'node:path';
import imported, { type Builder, type TestCase } from 'junit-report-builder';
import type { RunResults } from '../harness/results/run-directory.js';
import type { CycleRecord } from '../harness/results/cycle-record.js';
import { groupBy } from '../harness/results/group-by.js';
import { commandsFor } from './failures.js';
import { inOrder } from './located-record.js';

/** What the module exports is the builder itself; its types take it for a module that has one. */
const builder = imported as unknown as Builder;

/**
 * JUnit's XML: a suite for each tier and workload, a test case for each cycle. A violated invariant is a failure; what the harness
 * could not carry out, an error.
 */
export function junitReport(results: readonly RunResults[]): string {
  const junit = builder.newBuilder();
  for (const [name, members] of groupBy(inOrder(results), ({ record }) => suiteOf(record))) {
    const suite = junit.testSuite().name(name);
    for (const { record, run } of members) addCase(suite.testCase(), record, run);
  }
  return junit.build();
}

function suiteOf({ tier, workload, harnessFailure }: CycleRecord): string {
  return harnessFailure === undefined ? `crashwright.${tier}.${workload}` : `crashwright.${tier}`;
}

function addCase(testCase: TestCase, record: CycleRecord, { header, directory }: RunResults): void {
  const { index, seed, elapsedMs, violations, harnessFailure, seedFile } = record;
  testCase
    .className(suiteOf(record))
    .name(`cycle ${index} of seed ${header.seed}, seed ${seed}`)
    .time(elapsedMs / 1000);
  if (harnessFailure !== undefined) testCase.error(harnessFailure, 'harness');
  const [first] = violations;
  if (!first) return;
  testCase.failure(`${first.invariant}: ${first.found}`, first.invariant);
  testCase.stacktrace(
    [
      ...violations.map(
        ({ invariant, promised, found }) => `${invariant}\n  promised: ${promised}\n  found:    ${found}`,
      ),
      ...(seedFile === undefined ? [] : commandsFor(path.join(directory, seedFile)).map(({ command }) => command)),
    ].join('\n'),
  );
}
