import { createHash } from 'node:crypto';
import type { History } from '../../history/history.js';
import type { Violation } from '../../oracles/oracle.js';
import type { Contents } from '../../workloads/workload.js';
import { besideContents, judgeContents, type Judged, type Recovered } from './judge-state.js';

/**
 * Judges what recoveries of one run made. Most crashes of a moment leave contents that another left, and to go through a
 * long history costs more than a recovery: contents that passed by a history are not held against it again.
 */
export class Judgements {
  private history: History | undefined;
  /** Digests of the contents that passed by the history; and these themselves, as known disks give them again. */
  private passed = new Set<string>();
  private known = new WeakSet<Contents>();

  constructor(private readonly run: Judged) {}

  /** The violations of what was promised by then. */
  judge(recovered: Recovered, history: History): Violation[] {
    if (recovered.failure) return [recovered.failure];
    if (history !== this.history) {
      this.history = history;
      this.passed = new Set();
      this.known = new WeakSet();
    }
    const violations = this.judgeContents(recovered.contents, history);
    return [...violations, ...besideContents(recovered)];
  }

  private judgeContents(contents: Contents, history: History): Violation[] {
    if (this.known.has(contents)) return [];
    const digest = digestOf(contents);
    const violations = this.passed.has(digest) ? [] : judgeContents(contents, history, this.run);
    if (violations.length === 0) {
      this.passed.add(digest);
      this.known.add(contents);
    }
    return violations;
  }
}

function digestOf(contents: Contents): string {
  return createHash('sha256').update(JSON.stringify(contents)).digest('base64');
}
