import { createHash } from 'node:crypto';
import type { History } from '../../history/history.js';
import { allContentsOracles } from '../../oracles/oracle-table.js';
import type { Violation } from '../../oracles/oracle.js';
import type { Contents } from '../../workloads/workload.js';
import type { Recovered } from './judge-state.js';
import type { TracedRun } from './traced-run.js';

/** What of a run its crashes are judged by. */
type Judged = Pick<TracedRun, 'workload' | 'shape'>;

/**
 * Judges what recoveries of one run made. Most crashes of a moment leave contents that another left, and to go through a
 * long history costs more than a recovery: contents that passed by a history are not held against it again.
 */
export class Judgements {
  private history: History | undefined;
  /** Digests of the contents that passed by the history. */
  private passed = new Set<string>();
  /** A known disk gives the same contents again. */
  private readonly digests = new WeakMap<Contents, string>();

  constructor(private readonly run: Judged) {}

  /** The violations of what was promised by then. */
  judge(recovered: Recovered, history: History): Violation[] {
    if (recovered.failure) return [recovered.failure];
    if (history !== this.history) this.passed = new Set();
    this.history = history;
    const { contents, concluding, inFiles } = recovered;
    return [...this.judgeContents(contents, history), ...concluding, ...inFiles];
  }

  private judgeContents(contents: Contents, history: History): Violation[] {
    const digest = this.digestOf(contents);
    if (this.passed.has(digest)) return [];
    const { workload, shape } = this.run;
    const examination = workload.examine(contents, history.transactions, shape);
    const evidence = { round: history.crashes.length, history, examination, asyncBoundMs: Infinity };
    const violations = allContentsOracles().flatMap(({ oracle }) => oracle(evidence));
    if (violations.length === 0) this.passed.add(digest);
    return violations;
  }

  private digestOf(contents: Contents): string {
    let digest = this.digests.get(contents);
    if (digest === undefined) {
      digest = createHash('sha256').update(JSON.stringify(contents)).digest('base64');
      this.digests.set(contents, digest);
    }
    return digest;
  }
}

/** The violations of what was promised by then, of one recovery. */
export function judge(recovered: Recovered, history: History, run: Judged): Violation[] {
  return new Judgements(run).judge(recovered, history);
}
