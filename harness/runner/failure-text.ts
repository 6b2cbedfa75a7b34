import { printFault } from '../faults/print.js';
import { printLsn, type Violation } from '../oracles/oracle.js';
import type { CycleResult } from './cycle.js';
import { outcomeOf } from './kill-account.js';

const MOST_SHOWN = 5;

/** What a person needs to see of a failure, and the commands to go on with. */
export function failureText(result: CycleResult, seedFile: string): string {
  const { config, violations, round } = result;
  const header = `VIOLATED ${[...new Set(violations.map(({ invariant }) => invariant))].join(', ')}   seed ${config.seed}, round ${round + 1} of ${config.rounds.length}, workload ${config.workload}, ${config.clients.length} clients`;
  const hidden = violations.length - MOST_SHOWN;
  return [
    header,
    ...violations.slice(0, MOST_SHOWN).flatMap(violationLines),
    ...(hidden > 0 ? [`  and ${hidden} more`] : []),
    '  faults:',
    ...faultLines(result),
    `  replay:   npx crashwright replay ${seedFile}`,
    `  shrink:   npx crashwright shrink ${seedFile}`,
  ].join('\n');
}

function violationLines({ invariant, promised, found, lsns }: Violation): string[] {
  const positions = Object.entries(lsns ?? {}).map(([name, position]) => `${name} ${printLsn(position)}`);
  return [
    `  ${invariant}`,
    `    promised: ${promised}`,
    `    found:    ${found}`,
    ...(positions.length > 0 ? [`    LSNs:     ${positions.join(', ')}`] : []),
  ];
}

function faultLines({ faults, endedByHarness }: CycleResult): string[] {
  const lines = faults.map((status) => `    ${printFault(status.fault)}   ${outcomeOf(status)}`);
  return endedByHarness > 0
    ? [...lines, `    ${endedByHarness} rounds ended with everything killed by the harness`]
    : lines;
}
