import fc from 'fast-check';
import {
  ERROR_CODES,
  type CallSite,
  type Fault,
  type Occasion,
  type ProcessName,
  type Site,
  type Trigger,
} from './fault.js';
import { FILE_CLASSES, OPERATIONS, type Operation } from './operations.js';

const processName: fc.Arbitrary<ProcessName> = fc.oneof(
  fc.record({ type: fc.constantFrom('backend', 'checkpointer', 'walwriter', 'any') }),
  fc.record({ type: fc.constant('backend'), ordinal: fc.integer({ min: 1, max: 8 }) }),
);
const count = fc.integer({ min: 1, max: 1000 });
const occasion: fc.Arbitrary<Occasion> = fc.oneof(
  fc.record({ kind: fc.constant('nth' as const), count }),
  fc.record({ kind: fc.constant('from' as const), first: count }),
  fc.tuple(count, count).map(([first, more]) => ({ kind: 'range' as const, first, last: first + more - 1 })),
  fc.record({
    kind: fc.constant('chance' as const),
    probability: fc.integer({ min: 1, max: 1_000_000 }).map((millionths) => millionths / 1_000_000),
    seed: fc.nat(),
  }),
);
function callSite(...operations: readonly Operation[]): fc.Arbitrary<CallSite> {
  return fc.record({
    kind: fc.constant('call' as const),
    operation: fc.constantFrom(...operations),
    fileClass: fc.constantFrom(...FILE_CLASSES),
    occasion,
  });
}
const anyCall = fc.record({ kind: fc.constant('any' as const), occasion });
const point = fc.record({
  kind: fc.constant('point' as const),
  point: fc.constantFrom('commit:after-record', 'wal:inserted'),
  occasion,
});
const site: fc.Arbitrary<Site> = fc.oneof(callSite(...OPERATIONS), anyCall, point);
const moment = fc.oneof(
  fc.constantFrom('before' as const, 'after' as const),
  fc.record({ tornBytes: fc.constantFrom(512, 4096) }),
);
const siteTrigger: fc.Arbitrary<Trigger> = fc.record({
  kind: fc.constant('site' as const),
  process: processName,
  site,
  moment,
});
const otherTrigger: fc.Arbitrary<Trigger> = fc.oneof(
  fc.record({ kind: fc.constant('time' as const), seconds: fc.integer({ min: 0, max: 5000 }).map((ms) => ms / 1000) }),
  fc.record({
    kind: fc.constant('cut' as const),
    members: fc.array(fc.record({ process: processName, calls: count }), { maxLength: 4 }),
  }),
);
const victims = fc.oneof(fc.constant('all' as const), fc.array(processName, { minLength: 1, maxLength: 3 }));

/** Any fault the grammar can express. */
export const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant('kill' as const), trigger: siteTrigger }),
  fc.record({ kind: fc.constant('kill' as const), victims, trigger: fc.oneof(siteTrigger, otherTrigger) }),
  fc.record({
    kind: fc.constant('act' as const),
    name: fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/),
    seconds: fc.integer({ min: 0, max: 5000 }).map((ms) => ms / 1000),
  }),
  fc.record({ kind: fc.constant('stall' as const), process: processName, site, milliseconds: count }),
  fc.record({
    kind: fc.constant('error' as const),
    code: fc.constantFrom(...ERROR_CODES),
    process: processName,
    site: fc.oneof(callSite(...OPERATIONS), anyCall),
  }),
  fc.record({
    kind: fc.constant('short-read' as const),
    process: processName,
    site: callSite('pread'),
    bytes: fc.nat(20_000),
  }),
  fc.record({
    kind: fc.constant('short-write' as const),
    process: processName,
    site: callSite('pwrite'),
    bytes: fc.nat(20_000),
  }),
  fc.record({ kind: fc.constant('rot' as const), process: processName, site: callSite('pwrite'), bit: fc.nat() }),
  fc.record({
    kind: fc.constant('clock' as const),
    process: processName,
    seconds: fc
      .integer({ min: -1e8, max: 1e8 })
      .filter((ms) => ms !== 0)
      .map((ms) => ms / 1000),
    site,
  }),
);
