import type { FailureAccount } from '../../results/failure-account.js';
import type { FailedCycle } from './power-failure-text.js';

const MOST_OPERATIONS = 40;

/** What reports tell of a failure under power loss. `mutants`: their ids. */
export function powerAccount({ config, failure }: FailedCycle, mutants: readonly string[]): FailureAccount {
  const { violations, verdicts, story, crash } = failure!;
  const { seed, workload, clients, faults = [] } = config;
  return {
    version: 1,
    tier: 'power',
    seed,
    workload,
    clients: clients.length,
    mutants: [...mutants],
    violations: violations.map(({ invariant, promised, found, lsns }) => ({ invariant, promised, found, lsns })),
    faults: faults.map((fault) => ({ fault, outcome: 'planned in the run' })),
    operations: story.operations.slice(-MOST_OPERATIONS),
    timelines: [...story.timelines],
    losses: story.changes.map((changes, depth) => ({
      crash: `${crash.crashes[depth].replace(/ keep .*/, '')}, disk ${crash.profile}`,
      changes: [...changes],
    })),
    wal: [...story.log],
    verdicts: verdicts.map(({ profile, fails, states }) => ({ profile, fails, states })),
    serverLog: '',
  };
}
