import { existsSync } from 'node:fs';
import { printLsn, type Violation } from '../../oracles/oracle.js';
import { traceBeside } from '../../corpus/seed-file.js';
import type { RunConfig, RunSource } from './power-config.js';
import type { PowerCycleResult } from './run-power-cycle.js';

const MOST_OPERATIONS = 8;
const MOST_LOSSES = 12;

export interface FailedCycle extends Pick<PowerCycleResult, 'failure'> {
  readonly source?: RunSource;
  readonly config: RunConfig;
}

/** What a person needs to see of a failure under power loss, and the commands to go on with. One screen, when shrunk. */
export function powerFailureText({ source, config, failure }: FailedCycle, seedFile: string): string {
  const { crash, violations, verdicts, story } = failure!;
  const [first, ...others] = violations;
  const { faults = [] } = config;
  const trace = traceBeside(seedFile);
  const names = (fails: boolean): string =>
    verdicts
      .filter((verdict) => verdict.fails === fails)
      .map(({ profile }) => profile)
      .join(', ') || 'none';
  return [
    `VIOLATED ${first.invariant}   power loss${source === 'recorded' ? ' of real processes' : ''}, seed ${config.seed}, workload ${config.workload}, ${config.clients.length} clients`,
    ...violationLines(first),
    ...(others.length > 0 ? [`  and ${others.length} more`] : []),
    '  operations:',
    ...operationLines(story.operations).map((line) => `    ${line}`),
    ...(faults.length > 0 ? ['  faults:', ...faults.map((fault) => `    ${fault}`)] : []),
    ...story.losses.flatMap((losses, index) => [
      `  ${index === 0 ? '' : 'then, in recovery, '}${crash.crashes[index].replace(/ keep .*/, '')}, disk ${crash.profile}:`,
      ...shortened(losses, MOST_LOSSES).map((line) => `    ${line}`),
    ]),
    '  the log on that disk:',
    ...story.log.map((line) => `    ${line}`),
    `  fails on: ${names(true)}; no failing state found on: ${names(false)}`,
    `  replay:   npx crashwright replay ${seedFile}`,
    `  shrink:   npx crashwright shrink ${seedFile}`,
    ...(existsSync(trace) ? [`  trace:    npx crashwright trace ${trace}`] : []),
  ].join('\n');
}

function operationLines(operations: readonly string[]): readonly string[] {
  return operations.length > 0 ? shortened(operations, MOST_OPERATIONS) : ["none but the workload's setup"];
}

function violationLines({ promised, found, lsns }: Violation): string[] {
  const positions = Object.entries(lsns ?? {}).map(([name, position]) => `${name} ${printLsn(position)}`);
  return [
    `    promised: ${promised}`,
    `    found:    ${found}`,
    ...(positions.length > 0 ? [`    LSNs:     ${positions.join(', ')}`] : []),
  ];
}

/** The last ones tell more than the first. */
function shortened(lines: readonly string[], most: number): readonly string[] {
  return lines.length <= most ? lines : [`... ${lines.length - most} more`, ...lines.slice(-most)];
}
