import { readFileSync, writeFileSync } from 'node:fs';
import { UsageError } from '../cli/usage-error.js';
import { WORKING_TIERS } from '../results/tier.js';
import type { MutantScore } from '../results/score-file.js';
import type { Score } from './score.js';

const BEGIN = '<!-- mutants:begin -->';
const END = '<!-- mutants:end -->';

/** The score as a table of Markdown. */
export function scoreTable({ mutants, control }: Score): string {
  const rows = mutants.map(rowOf);
  const found = mutants.filter(({ detected }) => detected).length;
  const clean = WORKING_TIERS.map((tier) => {
    const { cycles, crashStates, violations } = control[tier];
    return tier === 'kill'
      ? `${cycles} kill cycles, ${violations.length} violations`
      : `${crashStates} crash states, ${violations.length} violations`;
  });
  return [
    '| mutant | bug | precedent | tier | found by | seconds | crash states |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    `${found} of ${mutants.length} found. Control, the engine without a mutant: ${clean.join('; ')}.`,
  ].join('\n');
}

function rowOf({ id, title, precedent, tier, detected, invariant, ms, crashStates }: MutantScore): string {
  const outcome = detected ? [invariant, (ms / 1000).toFixed(1)] : ['**not found**', ''];
  return `| ${[id, title, precedent, tier, ...outcome, tier === 'power' ? crashStates : ''].join(' | ')} |`;
}

/** Puts the table between the two marks in a Markdown file. Raises a usage error when they are not there. */
export function updateTable(path: string, score: Score): void {
  const text = readFileSync(path, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new UsageError(`${path} has no marks ${BEGIN} and ${END}`);
  writeFileSync(path, `${text.slice(0, begin + BEGIN.length)}\n\n${scoreTable(score)}\n\n${text.slice(end)}`);
}
