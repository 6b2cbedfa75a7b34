import type { RunResults } from '../harness/results/run-directory.js';
import { inOrder } from './located-record.js';
import type { ReportModel } from './report-model.js';

/**
 * A JSON object on each line, `kind` first: `verdict`, `campaign`, `invariant`, `failure`, `mutant`, and one `cycle` for each, as
 * the run's directory has them.
 */
export function jsonLinesReport(model: ReportModel, results: readonly RunResults[]): string {
  const { verdict, headline, totals, harnessFailures } = model;
  const lines = [
    { kind: 'verdict', verdict, headline, totals, harnessFailures },
    ...model.campaigns.map((campaign) => ({ kind: 'campaign', ...campaign })),
    ...model.invariants.map((invariant) => ({ kind: 'invariant', ...invariant })),
    ...model.failures.map((failure) => ({ kind: 'failure', ...failure })),
    ...(model.score ?? []).map((mutant) => ({ kind: 'mutant', ...mutant })),
    ...inOrder(results).map(({ record, run }) => ({ kind: 'cycle', masterSeed: run.header.seed, ...record })),
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
