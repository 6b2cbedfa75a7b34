import { exitCodeOf, type Summary } from '../results/summary.js';

const MOST_LISTED = 10;

/** The last lines of a campaign, for people. */
export function verdictText(summary: Summary): string {
  const { cycles, crashes, faults, commits, elapsedMs, seed } = summary;
  return [
    verdictLine(summary),
    `  seed ${seed}: ${cycles} cycles, ${crashes.total} crashes in ${(elapsedMs / 1000).toFixed(1)} s`,
    ...powerLines(summary),
    `  commits: ${commits.acknowledged} acknowledged, ${commits.unknown} unknown, ${commits.failed} failed`,
    `  faults: ${faults.fired} of ${faults.planned} fired${list(faults.unfired, '; not fired: ')}`,
    ...(crashes.total > 0 ? [`  killed:${list(crashes.byProcess, ' ')}`, `  at:${list(crashes.byPoint, ' ')}`] : []),
    `  not decided by the seed: ${summary.notDeterministic.join('; ') || 'nothing'}`,
  ].join('\n');
}

function powerLines({ tier, powerCuts, crashStates, nestedStates, recordedRuns }: Summary): string[] {
  if (tier === 'kill') return [];
  const depths = nestedStates.map((count, index) => `${count} at depth ${index + 1}`);
  const inRecovery = depths.length > 0 ? `; of them left by crashes inside recovery: ${depths.join(', ')}` : '';
  const recorded = `; ${recordedRuns} runs of real processes on record`;
  const states = `${crashStates} different disks recovered and checked${inRecovery}`;
  return [`  power: cut ${powerCuts} times; ${states}${recorded}`];
}

function verdictLine(summary: Summary): string {
  const { violations, harnessFailures } = summary;
  if (exitCodeOf(summary) === 0) return 'NOTHING VIOLATED';
  if (violations.length > 0)
    return `VIOLATED: ${[...new Set(violations.map(({ invariant, seedFile }) => `${invariant} (${seedFile})`))].join(', ')}`;
  if (harnessFailures.length > 0) return `THE HARNESS COULD NOT DO ITS JOB: ${harnessFailures.join('; ')}`;
  return 'THE HARNESS COULD NOT DO ITS JOB: nothing struck, so nothing was tested';
}

/** The most frequent ones; `--json` has them all. */
function list(counts: Readonly<Record<string, number>>, prefix: string): string {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a);
  if (entries.length === 0) return '';
  const shown = entries.slice(0, MOST_LISTED).map(([name, count]) => `${name} ${count}`);
  const others = entries.slice(MOST_LISTED).reduce((sum, [, count]) => sum + count, 0);
  return prefix + [...shown, ...(others > 0 ? [`others ${others}`] : [])].join(', ');
}
