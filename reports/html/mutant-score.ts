import type { TopLevelSpec } from 'vega-lite';
import type { MutantScore } from '../../harness/results/score-file.js';
import { figure } from './chart.js';
import { counted, formatCount } from './format.js';
import { html, type Html } from './html.js';
import { table } from './table.js';

/** Which known bugs were found, and how soon. */
export async function scoreBody(score: readonly MutantScore[]): Promise<Html> {
  const missed = score.filter(({ detected }) => !detected);
  return html`<p>
      <strong>${score.length - missed.length} of ${counted(score.length, 'known bug')} found.</strong> ${
        missed.length > 0 ? html`Not found: ${missed.map(({ id }) => id).join(', ')}.` : undefined
      }
    </p>
    ${await secondsFigure(score)}
    <h3>Each bug</h3>
    ${scoreTable(score)}`;
}

function scoreTable(score: readonly MutantScore[]): Html {
  return table(
    score,
    [
      { title: 'bug', cell: ({ id }) => id },
      { title: 'what is wrong', cell: ({ title }) => title },
      { title: 'precedent', cell: ({ precedent }) => precedent },
      { title: 'tier', cell: ({ tier }) => tier },
      { title: 'found by', cell: foundBy },
      { title: 'seconds', isNumber: true, cell: ({ ms }) => (ms / 1000).toFixed(1) },
      { title: 'cycles', isNumber: true, cell: ({ cycles }) => formatCount(cycles) },
      {
        title: 'disks',
        isNumber: true,
        cell: ({ tier, crashStates }) => (tier === 'power' ? formatCount(crashStates) : ''),
      },
    ],
    { caption: 'Known bugs, and what found them', isCaptionHidden: true },
  );
}

function foundBy({ detected, invariant }: MutantScore): Html {
  return detected ? html`${invariant}` : html`<span class="badge lost">not found</span>`;
}

async function secondsFigure(score: readonly MutantScore[]): Promise<Html> {
  const sorted = score.toSorted((a, b) => a.ms - b.ms);
  return figure({
    title: 'Seconds until found',
    caption: 'The quickest first; hollow bars were hunted so long and not found.',
    description: sorted.map(({ id, ms }) => `${id} ${(ms / 1000).toFixed(1)}`).join(', '),
    spec: secondsSpec(sorted),
    table: table(
      sorted,
      [
        { title: 'bug', cell: ({ id }) => id },
        { title: 'seconds', isNumber: true, cell: ({ ms }) => (ms / 1000).toFixed(1) },
        { title: 'found', cell: ({ detected }) => (detected ? 'yes' : 'no') },
      ],
      { caption: 'Seconds until found', isCaptionHidden: true },
    ),
    isWide: true,
  });
}

function secondsSpec(sorted: readonly MutantScore[]): TopLevelSpec {
  const tiers = ['kill', 'power'];
  const values = sorted.map(({ id, tier, ms, detected, title }) => ({
    id,
    tier,
    detected,
    seconds: ms / 1000,
    label: (ms / 1000).toFixed(1),
    told: `${id}: ${title}, ${detected ? 'found after' : 'not found in'} ${(ms / 1000).toFixed(1)} s`,
  }));
  return {
    data: { values },
    width: { step: 26 },
    height: 200,
    encoding: {
      x: {
        field: 'id',
        type: 'nominal',
        scale: { domain: sorted.map(({ id }) => id) },
        axis: { title: null, labelAngle: sorted.length > 12 ? -45 : 0, ticks: false, labelColor: 'var(--ink)' },
      },
      y: { field: 'seconds', type: 'quantitative', axis: { title: 'seconds', tickCount: 5 } },
    },
    layer: [
      {
        mark: { type: 'bar', strokeWidth: 1.5, aria: true },
        encoding: {
          color: {
            field: 'tier',
            type: 'nominal',
            scale: { domain: tiers, range: tiers.map((tier) => `var(--tier-${tier})`) },
            legend: {
              title: 'tier',
              orient: 'top',
              direction: 'horizontal',
              symbolType: 'square',
              symbolStrokeColor: 'transparent',
            },
          },
          fillOpacity: { condition: { test: 'datum.detected', value: 1 }, value: 0 },
          stroke: { condition: { test: 'datum.detected', value: 'transparent' }, value: 'var(--bad)' },
          description: { field: 'told', type: 'nominal' },
        },
      },
      {
        mark: { type: 'text', dy: -7, fontSize: 10, color: 'var(--muted)' },
        encoding: { text: { field: 'label' } },
      },
    ],
  };
}
