import cliProgress from 'cli-progress';
import type { Summary } from '../results/summary.js';
import { painted } from './painted.js';

/** Live progress on standard error: a bar on a terminal, a line every few seconds elsewhere. */
export interface Progress {
  update(summary: Summary): void;
  /** Prints above the bar. */
  say(text: string): void;
  stop(): void;
}

export interface ProgressOptions {
  /** When it is done; the first of these. */
  readonly goal: { readonly cycles?: number; readonly timeMs?: number };
  readonly output?: NodeJS.WriteStream;
  /** Nothing but what is said. */
  readonly isQuiet?: boolean;
}

const LINE_EVERY_MS = 5000;

export function openProgress({ goal, output = process.stderr, isQuiet = false }: ProgressOptions): Progress {
  if (isQuiet) return new NoProgress(output);
  return output.isTTY ? new BarProgress(goal, output) : new LineProgress(output);
}

/** `12 cycles, 31 crashes, 4,120 disks (805/s), faults: 12 kill, 3 stall of 19, 431 commits acknowledged, 0 violations, 60 s` */
export function statusLine(summary: Summary): string {
  const { tier, cycles, crashes, crashStates, commits, violations, elapsedMs } = summary;
  const seconds = elapsedMs / 1000;
  const perSecond = seconds > 0 ? ` (${(crashStates / seconds).toFixed(0)}/s)` : '';
  return [
    `${cycles} cycles`,
    ...(tier === 'power' ? [] : [`${crashes.total} crashes`]),
    ...(tier === 'kill' ? [] : [`${crashStates} crash states${perSecond}`]),
    faultsLine(summary),
    `${commits.acknowledged} commits acknowledged`,
    `${violations.length} violations`,
    `${seconds.toFixed(0)} s`,
  ].join(', ');
}

function faultsLine({ faults: { planned, fired, firedByKind } }: Summary): string {
  const kinds = Object.entries(firedByKind).sort(([, a], [, b]) => b - a);
  const named = kinds.map(([kind, count]) => `${count} ${kind}`).join(', ');
  return `${fired} of ${planned} faults fired${named === '' ? '' : ` (${named})`}`;
}

class NoProgress implements Progress {
  constructor(private readonly output: NodeJS.WriteStream) {}

  update(_summary: Summary): void {}

  say(text: string): void {
    this.output.write(`${painted(text, this.output)}\n`);
  }

  stop(): void {}
}

class LineProgress extends NoProgress {
  private last = performance.now();

  override update(summary: Summary): void {
    if (performance.now() - this.last < LINE_EVERY_MS) return;
    this.last = performance.now();
    this.say(statusLine(summary));
  }
}

class BarProgress implements Progress {
  private readonly bar: cliProgress.SingleBar;

  constructor(
    private readonly goal: ProgressOptions['goal'],
    private readonly output: NodeJS.WriteStream,
  ) {
    this.bar = new cliProgress.SingleBar({
      format: '{bar} {left}{status}',
      stream: output,
      barsize: 20,
      clearOnComplete: false,
    });
    this.bar.start(goal.cycles ?? goal.timeMs ?? 1, 0, { status: 'starting', left: '' });
  }

  update(summary: Summary): void {
    const { cycles: total, timeMs = 1 } = this.goal;
    const done = total === undefined ? Math.min(summary.elapsedMs, timeMs) : summary.cycles;
    const left = leftMs(summary, this.goal);
    this.bar.update(done, {
      status: statusLine(summary),
      left: left === undefined ? '' : `${(left / 1000).toFixed(0)} s left, `,
    });
  }

  say(text: string): void {
    this.output.write(`\r\u001b[K${painted(text, this.output)}\n`);
    this.bar.render();
  }

  stop(): void {
    this.bar.stop();
  }
}

/** Until the first goal, going on as until now; undefined where nothing can be said yet. */
export function leftMs(
  { cycles, elapsedMs }: Pick<Summary, 'cycles' | 'elapsedMs'>,
  goal: ProgressOptions['goal'],
): number | undefined {
  const byTime = goal.timeMs === undefined ? Infinity : goal.timeMs - elapsedMs;
  const byCycles =
    goal.cycles === undefined || cycles === 0 ? Infinity : (elapsedMs / cycles) * Math.max(0, goal.cycles - cycles);
  const left = Math.min(byTime, byCycles);
  return Number.isFinite(left) ? Math.max(0, left) : undefined;
}
