import type { TopLevelSpec } from 'vega-lite';
import { WORKING_TIERS, type WorkingTier } from '../../harness/results/tier.js';
import type { Recovery } from '../report-model.js';
import { figure } from './chart.js';
import { counted, formatBytes, formatCount, formatDuration } from './format.js';
import { html, type Html } from './html.js';
import { LIMITS, leftOutNote, sampled } from './limits.js';
import { table } from './table.js';

/** One picture for each tier: recoveries of real processes take hundreds of times as long as those in memory. */
export async function recoveriesBody(recoveries: readonly Recovery[]): Promise<Html> {
  if (recoveries.length === 0) return html`<p>No recovery is on record.</p>`;
  const figures = await Promise.all(
    WORKING_TIERS.map((tier) =>
      tierFigure(
        tier,
        recoveries.filter((recovery) => recovery.tier === tier),
      ),
    ),
  );
  return html`<div class="side-by-side">${figures}</div>`;
}

const TIER_NAMES = {
  kill: 'Killed processes',
  power: 'Loss of power, recovered in memory',
} as const satisfies Record<WorkingTier, string>;

async function tierFigure(tier: WorkingTier, recoveries: readonly Recovery[]): Promise<Html | undefined> {
  if (recoveries.length === 0) return undefined;
  const shown = sampled(recoveries, LIMITS.points);
  const groups = bySize(recoveries);
  return figure({
    title: TIER_NAMES[tier],
    caption: html`${counted(recoveries.length, 'recovery', 'recoveries')}, half of them within
    ${formatDuration(quantile(recoveries, 0.5))}, 95 % within ${formatDuration(quantile(recoveries, 0.95))}.`,
    description: `Time of ${recoveries.length} recoveries against the log they replayed`,
    spec: scatterSpec(shown, tier),
    table: html`${groupTable(groups)} ${pointTable(sampled(recoveries, LIMITS.chartRows), recoveries.length)}
    ${leftOutNote(shown.length, recoveries.length, 'points are drawn, evenly taken')}`,
  });
}

const LEAST_BYTES = 10;

function scatterSpec(recoveries: readonly Recovery[], tier: WorkingTier): TopLevelSpec {
  const values = recoveries.map(({ replayedBytes, ms }) => ({
    bytes: Math.max(replayedBytes, LEAST_BYTES),
    ms,
    told: `${formatBytes(replayedBytes)} replayed in ${formatDuration(ms)}`,
  }));
  return {
    data: { values },
    width: 440,
    height: 290,
    autosize: { type: 'fit', contains: 'padding' },
    mark: { type: 'circle', size: 22, color: `var(--tier-${tier})`, opacity: 0.55, aria: true },
    encoding: {
      x: {
        field: 'bytes',
        type: 'quantitative',
        scale: { type: 'log', nice: true },
        axis: {
          title: 'log since the checkpoint, bytes',
          format: '~s',
          labelExpr: `datum.value <= ${LEAST_BYTES} ? '≤ ${LEAST_BYTES}' : datum.label`,
          tickCount: 6,
        },
      },
      y: {
        field: 'ms',
        type: 'quantitative',
        scale: { zero: true, nice: true },
        axis: { title: 'recovery, ms', tickCount: 6 },
      },
      description: { field: 'told', type: 'nominal' },
    },
  };
}

interface Group {
  readonly upToBytes: number;
  readonly recoveries: readonly Recovery[];
}

/** By powers of ten of what was replayed. */
function bySize(recoveries: readonly Recovery[]): Group[] {
  const groups = new Map<number, Recovery[]>();
  for (const recovery of recoveries) {
    const upToBytes = 10 ** Math.ceil(Math.log10(Math.max(recovery.replayedBytes, 1)));
    const group = groups.get(upToBytes);
    if (group) group.push(recovery);
    else groups.set(upToBytes, [recovery]);
  }
  return [...groups]
    .map(([upToBytes, members]) => ({ upToBytes, recoveries: members }))
    .toSorted((a, b) => a.upToBytes - b.upToBytes);
}

function quantile(recoveries: readonly Recovery[], share: number): number {
  const sorted = recoveries.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)];
}

function groupTable(groups: readonly Group[]): Html {
  return table(
    groups,
    [
      { title: 'log replayed, up to', cell: ({ upToBytes }) => formatBytes(upToBytes) },
      { title: 'recoveries', isNumber: true, cell: ({ recoveries }) => formatCount(recoveries.length) },
      { title: 'half within', isNumber: true, cell: ({ recoveries }) => formatDuration(quantile(recoveries, 0.5)) },
      { title: '95 % within', isNumber: true, cell: ({ recoveries }) => formatDuration(quantile(recoveries, 0.95)) },
      { title: 'longest', isNumber: true, cell: ({ recoveries }) => formatDuration(quantile(recoveries, 1)) },
    ],
    { caption: 'By how much log was replayed' },
  );
}

function pointTable(shown: readonly Recovery[], total: number): Html {
  return html`${table(
    shown,
    [
      { title: 'log replayed', cell: ({ replayedBytes }) => `${formatCount(replayedBytes)} bytes` },
      { title: 'recovery', isNumber: true, cell: ({ ms }) => formatDuration(ms) },
    ],
    { caption: 'Each recovery' },
  )}
  ${leftOutNote(shown.length, total, 'recoveries')}`;
}
