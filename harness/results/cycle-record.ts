import * as v from 'valibot';
import { isLook, type Look } from '../oracles/looks.js';
import { invariantSchema } from '../oracles/invariant-schema.js';
import { WORKING_TIERS } from './tier.js';

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const counts = v.record(v.string(), whole);

/**
 * One cycle as a line of `cycles.jsonl`: all that reports are made of. What is not there follows from the seed, or stands in
 * the seed file and the account of the failure beside it.
 */
export const cycleRecord = v.object({
  /** Its number in the campaign of that master seed, from 0: shards have different ones. */
  index: whole,
  seed: whole,
  tier: v.picklist(WORKING_TIERS),
  /** Where the run comes from whose power was cut. */
  source: v.optional(v.picklist(['simulated', 'recorded'])),
  workload: v.string(),
  clients: whole,
  elapsedMs: v.pipe(v.number(), v.minValue(0)),
  /** Kills that ended a round; and how many of them the harness had to add, since no kill of the plan fired. */
  crashes: whole,
  endedByHarness: whole,
  powerCuts: whole,
  crashStates: whole,
  /** Of these, disks left by a crash inside a recovery, by depth from 1. */
  nestedStates: v.array(whole),
  commits: v.object({ acknowledged: whole, unknown: whole, failed: whole }),
  faults: v.array(v.object({ fault: v.string(), fired: v.boolean() })),
  observed: v.object({
    /** How often what was looked at. */
    looks: v.record(
      v.custom<Look>((name) => typeof name === 'string' && isLook(name), 'not a look'),
      v.optional(whole),
    ),
    /** How often each place was passed where a crash could have fallen. */
    passed: counts,
    /** How often a crash fell there. */
    struck: counts,
    /** Recoveries: how much log lay behind the checkpoint, and how long it took until the target served. */
    recoveries: v.array(v.object({ replayedBytes: whole, ms: v.pipe(v.number(), v.minValue(0)) })),
  }),
  violations: v.array(v.object({ invariant: invariantSchema, promised: v.string(), found: v.string() })),
  /** Relative to the run's directory; there when something was violated. */
  seedFile: v.optional(v.string()),
  /** Why the harness could not carry the cycle out; then nothing above says anything about the target. */
  harnessFailure: v.optional(v.string()),
});

export type CycleRecord = v.InferOutput<typeof cycleRecord>;

/** What a cycle saw, beyond its verdict. */
export type Observed = CycleRecord['observed'];
export type RecoveryTime = Observed['recoveries'][number];
