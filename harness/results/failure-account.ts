import * as fs from 'node:fs';
import * as v from 'valibot';
import { PROFILE_NAMES } from '../disks/disk-model.js';
import { invariantSchema } from '../oracles/invariant-schema.js';
import { parseResult } from './parse-result.js';

const text = v.string();
const texts = v.array(text);
const place = v.number();

/**
 * All that can be told of a failure, as plain data: for reports. It stands beside the seed file, which is what makes the failure
 * again.
 *
 * Places are numbers of the run's total order (`#1412`), in which calls of all processes and what clients were told have their
 * turn. A recovery that was crashed in turn has an order of its own, and so a timeline of its own.
 */
const span = v.object({
  /** A row of the picture: a process, or a client. */
  lane: text,
  kind: v.picklist(['write', 'sync', 'name', 'transaction', 'recovery', 'call']),
  start: place,
  /** Undefined: it never ended. */
  end: v.optional(place),
  label: text,
  /** Of changes that were on their way when the power failed; of transactions, what the client was told. */
  fate: v.optional(v.picklist(['survived', 'torn', 'lost', 'acknowledged', 'unknown', 'failed'])),
});

const timeline = v.object({
  title: text,
  /** Lanes from top to bottom. */
  lanes: texts,
  spans: v.array(span),
  /** Moments that concern everybody. */
  marks: v.array(v.object({ at: place, lane: v.optional(text), label: text })),
});

/** A change that no sync had made safe when the power failed, and what became of it. */
const pendingChange = v.object({
  what: text,
  fate: v.picklist(['survived', 'torn', 'lost']),
  /** For each sector of a write, whether it survived. */
  sectors: v.optional(v.array(v.boolean())),
  /** What the page was, was to become, and is on the disk; only what differs, by the field's name. */
  page: v.optional(
    v.object({
      title: text,
      fields: v.array(v.object({ name: text, before: text, written: text, left: text })),
    }),
  ),
});

const failureAccount = v.object({
  version: v.literal(1),
  tier: v.picklist(['kill', 'power']),
  seed: v.number(),
  workload: text,
  clients: v.number(),
  mutants: texts,
  violations: v.array(
    v.object({
      invariant: invariantSchema,
      promised: text,
      found: text,
      lsns: v.optional(v.record(text, v.number())),
    }),
  ),
  /** As text, with what became of them. */
  faults: v.array(v.object({ fault: text, outcome: text })),
  /** Transactions with what their clients were told; the last ones where there are many. */
  operations: texts,
  timelines: v.array(timeline),
  /** For each loss of power, the first in the run, each next one in the recovery before it. */
  losses: v.array(v.object({ crash: text, changes: v.array(pendingChange) })),
  /** Decoded records of the log around the position that the violation names, or the last ones. */
  wal: texts,
  /** On which models of a disk the same moment fails. */
  verdicts: v.array(v.object({ profile: v.picklist(PROFILE_NAMES), fails: v.boolean(), states: v.number() })),
  /** The end of the server's log. */
  serverLog: text,
});

export type FailureAccount = v.InferOutput<typeof failureAccount>;
export type Timeline = FailureAccount['timelines'][number];
export type Span = Timeline['spans'][number];
export type PendingAccount = FailureAccount['losses'][number]['changes'][number];

/** Where the account of the failure is that a seed file makes again. */
export function accountBeside(seedFile: string): string {
  return seedFile.replace(/(\.json)?$/, '.account');
}

export function writeAccount(file: string, account: FailureAccount): void {
  fs.writeFileSync(file, `${JSON.stringify(account)}\n`);
}

/** Undefined where there is none. Raises a usage error where it is not one. */
export function readAccount(file: string): FailureAccount | undefined {
  return fs.existsSync(file) ? parseResult(failureAccount, file, fs.readFileSync(file, 'utf8')) : undefined;
}
