import cliProgress from 'cli-progress';
import type { Summary } from '../results/summary.js';

/** Live progress on standard error: a bar on a terminal, a line every few seconds elsewhere. */
export interface Progress {
  update(summary: Summary): void;
  /** Prints above the bar. */
  say(text: string): void;
  stop(): void;
}

const LINE_EVERY_MS = 5000;

export interface ProgressGoal {
  readonly cycles?: number;
  readonly timeMs?: number;
}

export function openProgress(goal: ProgressGoal, isTerminal = process.stderr.isTTY): Progress {
  return isTerminal ? new BarProgress(goal) : new LineProgress();
}

function statusLine({ tier, cycles, crashes, crashStates, faults, commits, violations, elapsedMs }: Summary): string {
  return [
    `${cycles} cycles`,
    ...(tier === 'power' ? [] : [`${crashes.total} crashes`]),
    ...(tier === 'kill' ? [] : [`${crashStates} crash states`]),
    `${faults.fired}/${faults.planned} faults fired`,
    `${commits.acknowledged} commits acknowledged`,
    `${violations.length} violations`,
    `${(elapsedMs / 1000).toFixed(0)} s`,
  ].join(', ');
}

class LineProgress implements Progress {
  private last = performance.now();

  update(summary: Summary): void {
    if (performance.now() - this.last < LINE_EVERY_MS) return;
    this.last = performance.now();
    this.say(statusLine(summary));
  }

  say(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  stop(): void {}
}

class BarProgress implements Progress {
  private readonly bar: cliProgress.SingleBar;

  constructor(private readonly goal: ProgressGoal) {
    this.bar = new cliProgress.SingleBar({
      format: '{bar} {status}',
      stream: process.stderr,
      barsize: 20,
      clearOnComplete: false,
    });
    this.bar.start(goal.cycles ?? goal.timeMs ?? 1, 0, { status: 'starting' });
  }

  update(summary: Summary): void {
    const done = this.goal.cycles === undefined ? Math.min(summary.elapsedMs, this.goal.timeMs ?? 1) : summary.cycles;
    this.bar.update(done, { status: statusLine(summary) });
  }

  say(text: string): void {
    process.stderr.write(`\r\x1b[K${text}\n`);
    this.bar.render();
  }

  stop(): void {
    this.bar.stop();
  }
}
