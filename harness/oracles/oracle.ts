import type { ControlFacts, DatabaseHorizon, Fate, IndexFacts, PageFacts, WalFacts } from '../adapters/inspection.js';
import type { History } from '../history/history.js';
import type { Examination } from '../workloads/workload.js';

export const INVARIANTS = [
  'durability',
  'atomicity',
  'no-resurrection',
  'index-agreement',
  'index-structure',
  'async-loss',
  'live-reads',
  'no-internal-error',
  'lsn-monotonicity',
  'write-ahead',
  'xid-uniqueness',
  'commit-log',
  'xid-horizon',
  'xid-limit',
  'visibility-map',
  'page-structure',
  'recovery-idempotence',
  'replay-images',
  'serves-again',
  'no-leftovers',
  'second-opinion',
] as const;
/** Of an extension: `own:no-job-twice`. */
export type OwnInvariant = `own:${string}`;
export type Invariant = (typeof INVARIANTS)[number] | OwnInvariant;

export function isOwnInvariant(name: string): name is OwnInvariant {
  return /^own:[a-z0-9-]+$/.test(name);
}

export interface Violation {
  readonly invariant: Invariant;
  readonly promised: string;
  readonly found: string;
  /** WAL positions around it, by name. */
  readonly lsns?: Readonly<Record<string, number>>;
}

/** What the oracles look at after one recovery. */
export interface ContentsEvidence {
  readonly round: number;
  readonly history: History;
  readonly examination: Examination;
  /** Longest time an asynchronous commit may stay unflushed, by the target's promise and the machine's slowness. */
  readonly asyncBoundMs: number;
}

/** One look at the files. `crashed`: everything had been killed and no recovery has run since. */
export interface FilesEvidence {
  readonly round: number;
  readonly moment: 'crashed' | 'stopped';
  readonly control: ControlFacts;
  /** From the redo position of the look before, where that is still kept, or else from the present one. */
  readonly wal: WalFacts;
  readonly pages: readonly PageFacts[];
  readonly fateOf: (xid: number) => Fate;
  readonly horizons: readonly DatabaseHorizon[];
  readonly indexes: readonly IndexFacts[];
  /** So many ids before the oldest one would lie in the future, no more are assigned. */
  readonly stopMargin: number;
  /** What earlier looks at the same data directory remembered. */
  readonly memory: FilesMemory;
}

/** Facts carried from look to look. */
export interface FilesMemory {
  /** `file/block` → page LSN. */
  readonly pageLsns: Map<string, number>;
  /** 64-bit xid → end of its commit or abort record. */
  readonly finishedXids: Map<number, number>;
  /** What has a horizon → the oldest id that may be in it, counted through all rounds. */
  readonly horizons: Map<string, number>;
  /** The last id that the counter was set to while the target was stopped, counted through all rounds. */
  jumpedTo: number;
  checkpoint: number;
  redo: number;
  walEnd: number;
}

export function emptyMemory(): FilesMemory {
  return {
    pageLsns: new Map(),
    finishedXids: new Map(),
    horizons: new Map(),
    jumpedTo: 0,
    checkpoint: 0,
    redo: 0,
    walEnd: 0,
  };
}

export type ContentsOracle = (evidence: ContentsEvidence) => Violation[];
export type FilesOracle = (evidence: FilesEvidence) => Violation[];

/** `16/B374D848`: a byte position as PostgreSQL writes it. */
export function printLsn(position: number): string {
  const high = Math.floor(position / 0x1_0000_0000);
  return `${high.toString(16).toUpperCase()}/${(position >>> 0).toString(16).toUpperCase()}`;
}
