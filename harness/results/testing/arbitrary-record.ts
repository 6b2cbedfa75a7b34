import fc from 'fast-check';
import { LOOKS, type Look } from '../../oracles/looks.js';
import { INVARIANTS } from '../../oracles/oracle.js';
import type { CycleRecord } from '../cycle-record.js';
import { WORKING_TIERS } from '../tier.js';

const whole = fc.integer({ min: 0, max: 1000 });
const places = fc.constantFrom('backend pwrite(wal)', 'checkpointer fsync(data)', 'backend point commit:after-record');
const faults = fc.constantFrom(
  'kill checkpointer at fsync(data) #3',
  'kill all at random +0.350',
  'EIO startup at pread(wal) #2',
  'stall backend at point commit:after-flush #4 for 40 ms',
);
const looks = fc.dictionary(fc.constantFrom(...(Object.keys(LOOKS) as Look[])), whole);

/** A cycle's record of any kind, with index 0. */
export const arbitraryRecord: fc.Arbitrary<CycleRecord> = fc
  .record({
    seed: whole,
    tier: fc.constantFrom(...WORKING_TIERS),
    source: fc.constantFrom('simulated' as const, 'recorded' as const),
    workload: fc.constantFrom('bank', 'lists'),
    clients: whole,
    elapsedMs: whole,
    crashes: whole,
    endedByHarness: fc.constantFrom(0, 1),
    powerCuts: whole,
    crashStates: whole,
    nestedStates: fc.array(whole, { maxLength: 3 }),
    commits: fc.record({ acknowledged: whole, unknown: whole, failed: whole }),
    faults: fc.array(fc.record({ fault: faults, fired: fc.boolean() }), { maxLength: 3 }),
    observed: fc.record({
      looks: looks as fc.Arbitrary<CycleRecord['observed']['looks']>,
      passed: fc.dictionary(places, whole),
      struck: fc.dictionary(places, whole),
      recoveries: fc.array(fc.record({ replayedBytes: whole, ms: whole }), { maxLength: 2 }),
    }),
    violations: fc.oneof(
      { weight: 3, arbitrary: fc.constant<CycleRecord['violations']>([]) },
      { weight: 1, arbitrary: fc.array(violation(), { minLength: 1, maxLength: 2 }) },
    ),
  })
  .map((record) => ({ ...record, index: 0 }));

function violation(): fc.Arbitrary<CycleRecord['violations'][number]> {
  return fc.record({
    invariant: fc.constantFrom(...INVARIANTS),
    promised: fc.string(),
    found: fc.constantFrom('row 1 is gone', 'row 2 is gone', 'nothing'),
  });
}
