import type { FailureAccount } from '../../harness/results/failure-account.js';
import type { Failure } from '../report-model.js';
import { counted } from './format.js';
import { fateCounts } from './losses.js';

/** What happened, in a few sentences: what a person reads first. */
export function storyOf({ tier, example }: Failure): string[] {
  const { workload, mutants, account } = example;
  const bugs =
    mutants.length === 0
      ? ''
      : `, with the known ${mutants.length === 1 ? 'bug' : 'bugs'} ${mutants.join(', ')} switched on`;
  const clients = account === undefined ? '' : ` with ${counted(account.clients, 'client')}`;
  const ran = `The workload ${workload} ran${clients}${bugs}.`;
  return account === undefined ? [ran] : [ran, ...crashesOf(account, tier), ...verdictsOf(account)];
}

function crashesOf({ losses, faults }: FailureAccount, tier: Failure['tier']): string[] {
  if (tier === 'kill')
    return [
      `${counted(faults.length, 'fault was', 'faults were')} planned: ${listed(faults.map(({ fault, outcome }) => `${fault} (${outcome})`))}.`,
    ];
  return losses.map(({ crash, changes }, depth) => {
    const when = depth === 0 ? 'Then the power failed' : 'In the recovery after that it failed again';
    return `${when} (${crash}); of what was on its way to the disk: ${fateCounts(changes)}.`;
  });
}

const LISTED = 3;

function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, LISTED).join('; ');
  return texts.length > LISTED ? `${shown}; and ${texts.length - LISTED} more` : shown || 'none';
}

function verdictsOf({ verdicts }: FailureAccount): string[] {
  if (verdicts.length === 0) return [];
  const failing = verdicts.filter(({ fails }) => fails).map(({ profile }) => profile);
  const sound = verdicts.filter(({ fails }) => !fails).map(({ profile }) => profile);
  const on = failing.length === 0 ? 'no disk model' : failing.join(', ');
  return [`It fails so on ${on}${sound.length === 0 ? '' : `; no failing state was found on ${sound.join(', ')}`}.`];
}
