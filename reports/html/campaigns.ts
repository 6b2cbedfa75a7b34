import type { Campaign, ReportModel, Run, Totals } from '../report-model.js';
import { counted, formatCount, formatMoment } from './format.js';
import { html, type Html } from './html.js';
import { LIMITS } from './limits.js';
import { table } from './table.js';

/** What was run, where and when, and what that came to. */
export function campaignsBody({ campaigns, totals }: ReportModel): Html {
  return html`${campaigns.map(campaignPart)}
    <h3>What was run, over all campaigns</h3>
    <div class="side-by-side">
      ${countTable('Workloads', 'workload', 'cycles', totals.workloads)} ${commitTable(totals)}
      ${countTable('Faults that fired', 'kind', 'fired', totals.faults.firedByKind)}
      ${countTable('Faults planned that did not fire', 'fault', 'not fired', totals.faults.unfired)}
      ${countTable('Processes killed', 'process', 'kills', totals.crashes.byProcess)} ${diskTable(totals)}
    </div>`;
}

function campaignPart({ seed, tier, target, mutants, workloads, cycles, runs, missingShards }: Campaign): Html {
  return html`<h3>Seed ${seed}, tier ${tier}</h3>
    <p class="facts">
      <span><b>${counted(cycles, 'cycle')}</b></span> <span>target ${target.name} ${target.version}</span>
      <span>workloads: ${workloads === undefined ? 'all the target can do' : workloads.join(', ')}</span>
      ${mutants.length > 0 ? html`<span>known bugs on: ${mutants.join(', ')}</span>` : undefined}
    </p>
    ${
      missingShards.length > 0
        ? html`<p class="alert" role="note"><strong>Shards missing:</strong> ${missingShards.join(', ')}.</p>`
        : undefined
    }
    ${interrupted(runs)} ${runTable(runs)}`;
}

function interrupted(runs: readonly Run[]): Html | undefined {
  const count = runs.filter(({ endedAt }) => endedAt === undefined).length;
  if (count === 0) return undefined;
  return html`<p class="alert" role="note">
    <strong>${counted(count, 'run')} did not end:</strong> interrupted, or still under way when this was made.
  </p>`;
}

function runTable(runs: readonly Run[]): Html {
  return table(
    runs.toSorted((a, b) => a.shard.localeCompare(b.shard, 'en', { numeric: true })),
    [
      { title: 'shard', cell: ({ shard }) => shard },
      { title: 'directory', cell: ({ directory }) => html`<code>${directory}</code>` },
      { title: 'began', cell: ({ startedAt }) => formatMoment(startedAt) },
      { title: 'ended', cell: endOf },
      { title: 'jobs', isNumber: true, cell: ({ jobs }) => jobs },
      { title: 'crashwright', cell: ({ crashwright }) => crashwright },
    ],
    { caption: 'Runs of this campaign', isCaptionHidden: true },
  );
}

function endOf({ endedAt }: Run): Html {
  return endedAt === undefined ? html`<span class="badge torn">did not end</span>` : html`${formatMoment(endedAt)}`;
}

type Counts = Totals['workloads'];

function countTable(caption: string, name: string, quantity: string, counts: Counts): Html | undefined {
  const rows = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  if (rows.length === 0) return undefined;
  return html`<div>
    ${table(
      rows,
      [
        { title: name, cell: ([key]) => key },
        { title: quantity, isNumber: true, cell: ([, count]) => formatCount(count) },
      ],
      { caption, mostRows: LIMITS.fields },
    )}
  </div>`;
}

function commitTable({ commits }: Totals): Html | undefined {
  return countTable('Commits, by what their clients were told', 'told', 'commits', { ...commits });
}

function diskTable({ powerCuts, crashStates, recordedRuns, nestedStates }: Totals): Html | undefined {
  if (powerCuts === 0) return undefined;
  const nested = nestedStates.map((states, depth) => [`by a crash in recovery, depth ${depth + 1}`, states] as const);
  return countTable('Losses of power', 'what', 'count', {
    'power cuts tried': powerCuts,
    'different disks recovered': crashStates,
    'runs of real processes on record': recordedRuns,
    ...Object.fromEntries(nested),
  });
}
