import type { TopLevelSpec } from 'vega-lite';
import type { DiscoveryPoint } from '../report-model.js';
import { figure } from './chart.js';
import { counted, formatCount, formatDuration } from './format.js';
import { html, type Html } from './html.js';
import { LIMITS, leftOutNote, sampled } from './limits.js';
import { table } from './table.js';

/** How much that is new a campaign still finds: a curve that has become flat says that more of the same finds little. */
export async function discoveryBody(points: readonly DiscoveryPoint[]): Promise<Html> {
  if (points.length < 2) return html`<p>Too few cycles for a curve.</p>`;
  const figures = [
    await curve(points, 'crashStates', 'Different disks recovered'),
    await curve(points, 'places', 'Places where a crash has fallen'),
  ];
  return html`<div class="side-by-side">${figures}</div>`;
}

type Quantity = 'crashStates' | 'places';

async function curve(points: readonly DiscoveryPoint[], quantity: Quantity, title: string): Promise<Html> {
  const last = points.at(-1)!;
  const shown = sampled(points, LIMITS.points / 2);
  return figure({
    title,
    caption: `${formatCount(last[quantity])} after ${counted(last.cycles, 'cycle')} and ${formatDuration(last.workSeconds * 1000)} of work.`,
    description: `Rises to ${last[quantity]} after ${last.cycles} cycles`,
    spec: curveSpec(shown, quantity),
    table: pointTable(sampled(points, LIMITS.chartRows), points.length, quantity, title),
  });
}

const COUNT_LABEL = "format(datum.value, '~s')";

function curveSpec(points: readonly DiscoveryPoint[], quantity: Quantity): TopLevelSpec {
  const axes = [
    { field: 'cycles', title: 'cycles' },
    { field: 'workMinutes', title: 'work, minutes' },
  ];
  return {
    data: { values: points.map((point) => ({ ...point, workMinutes: point.workSeconds / 60 })) },
    hconcat: axes.map(({ field, title }, index) => ({
      width: 190,
      height: 180,
      mark: { type: 'line', color: 'var(--curve)', strokeWidth: 2 },
      encoding: {
        x: { field, type: 'quantitative', axis: { title, tickCount: 4, labelExpr: COUNT_LABEL } },
        y: {
          field: quantity,
          type: 'quantitative',
          scale: { zero: true },
          axis: { title: null, tickCount: 5, labelExpr: COUNT_LABEL, labels: index === 0, ticks: index === 0 },
        },
      },
    })),
    spacing: 18,
  };
}

function pointTable(shown: readonly DiscoveryPoint[], total: number, quantity: Quantity, title: string): Html {
  return html`${table(
    shown,
    [
      { title: 'cycles', isNumber: true, cell: ({ cycles }) => formatCount(cycles) },
      { title: 'work', isNumber: true, cell: ({ workSeconds }) => formatDuration(workSeconds * 1000) },
      { title, isNumber: true, cell: (point) => formatCount(point[quantity]) },
    ],
    { caption: title, isCaptionHidden: true },
  )}
  ${leftOutNote(shown.length, total, 'points')}`;
}
