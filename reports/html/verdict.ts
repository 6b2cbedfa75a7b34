import type { ReportModel, Totals } from '../report-model.js';
import { counted, formatCount, formatDuration } from './format.js';
import { html, type Content, type Html } from './html.js';

const VERDICTS = {
  passed: { word: 'Passed', symbol: '✓' },
  violated: { word: 'Violated', symbol: '✕' },
  'harness-failure': { word: 'Harness failure', symbol: '!' },
} as const satisfies Record<ReportModel['verdict'], { word: string; symbol: string }>;

/** The answer first, then how much stands behind it. */
export function verdictHeader({ verdict, headline, totals, campaigns, failures }: ReportModel): Html {
  const { word, symbol } = VERDICTS[verdict];
  const missing = campaigns.flatMap(({ missingShards }) => missingShards);
  return html`<header class="verdict ${verdict}">
    <p class="product">Crashwright report</p>
    <h1><span class="symbol" aria-hidden="true">${symbol}</span> ${word}</h1>
    <p class="headline">${headline}</p>
    ${missing.length > 0 ? missingNotice(missing) : undefined}
    <dl class="figures">${keyFigures(totals, failures.length)}</dl>
  </header>`;
}

function missingNotice(missing: readonly string[]): Html {
  return html`<p class="alert" role="note">
    <strong>Not all of it is here:</strong> ${counted(missing.length, 'shard')} missing (${missing.join(', ')}). Their
    cycles are not in this report.
  </p>`;
}

function keyFigures(totals: Totals, causes: number): Html[] {
  const { cycles, powerCuts, crashStates, crashes, commits, faults, workMs } = totals;
  return [
    keyFigure('cycles', formatCount(cycles)),
    keyFigure('causes of failure', formatCount(causes)),
    keyFigure('power cuts', formatCount(powerCuts)),
    keyFigure('different disks recovered', formatCount(crashStates)),
    keyFigure('crashes by kill', formatCount(crashes.total)),
    keyFigure(
      'commits acknowledged',
      formatCount(commits.acknowledged),
      `${formatCount(commits.unknown)} unknown, ${formatCount(commits.failed)} failed`,
    ),
    keyFigure('faults fired', formatCount(faults.fired), `of ${formatCount(faults.planned)} planned`),
    keyFigure('work', formatDuration(workMs), 'all cycles, one after the other'),
  ];
}

function keyFigure(name: string, value: Content, more?: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
    ${more === undefined ? undefined : html`<dd class="more">${more}</dd>`}
  </div>`;
}
