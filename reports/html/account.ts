import type { FailureAccount } from '../../harness/results/failure-account.js';
import { html, type Html } from './html.js';
import { LIMITS, leftOutNote } from './limits.js';
import { lossSection } from './losses.js';
import { table } from './table.js';
import { lastLines, logAround, preformatted } from './texts.js';
import { timelineFigure } from './timeline.js';

/** All that is known of one failing cycle, in the order in which one wants to know it. */
export async function accountOf(
  account: FailureAccount | undefined,
  { isOpen, isDrawn }: { readonly isOpen: boolean; readonly isDrawn: boolean },
): Promise<Html> {
  if (account === undefined) return html`<p class="note">There is no account of this failure beside its seed file.</p>`;
  const timelines = isDrawn ? await Promise.all(account.timelines.map(timelineFigure)) : notDrawn;
  const parts = html`${faults(account)} ${operations(account)} ${timelines} ${account.losses.map(lossSection)}
  ${wal(account)} ${verdicts(account)} ${serverLog(account)}`;
  return isOpen
    ? html`<details class="account" open>
        <summary>What happened, in detail</summary>
        ${parts}
      </details>`
    : html`<details class="account">
        <summary>What happened, in detail</summary>
        ${parts}
      </details>`;
}

const notDrawn = html`<p class="note">
  Only the first ${LIMITS.drawnStories} causes have their timelines here: that of this one is in its account.
</p>`;

function faults({ faults: all }: FailureAccount): Html | undefined {
  if (all.length === 0) return undefined;
  const columns = [
    { title: 'fault', cell: ({ fault }: (typeof all)[number]) => html`<code>${fault}</code>` },
    { title: 'what became of it', cell: ({ outcome }: (typeof all)[number]) => outcome },
  ];
  return html`<h4>Faults</h4>
    ${table(all, columns, { caption: 'Faults of this cycle', isCaptionHidden: true })}`;
}

function operations({ operations: lines }: FailureAccount): Html | undefined {
  if (lines.length === 0) return undefined;
  return html`<h4>Operations, and what their clients were told</h4>
    ${lastLines(lines, 'Operations')}`;
}

function wal({ wal: lines }: FailureAccount): Html | undefined {
  if (lines.length === 0) return undefined;
  const shown = logAround(lines);
  return html`<h4>The log on the disk</h4>
    ${preformatted(shown, 'Decoded records of the log')} ${leftOutNote(shown.length, lines.length, 'records')}`;
}

function verdicts({ verdicts: all }: FailureAccount): Html | undefined {
  if (all.length === 0) return undefined;
  const columns = [
    { title: 'disk model', cell: ({ profile }: (typeof all)[number]) => profile },
    { title: 'verdict', cell: ({ fails }: (typeof all)[number]) => verdictBadge(fails) },
    { title: 'disks tried', isNumber: true, cell: ({ states }: (typeof all)[number]) => states },
  ];
  return html`<h4>The same moment on other disks</h4>
    ${table(all, columns, { caption: 'Verdict by model of the disk', isCaptionHidden: true })}`;
}

function verdictBadge(fails: boolean): Html {
  return fails
    ? html`<span class="badge lost">fails</span>`
    : html`<span class="badge survived">no failing state found</span>`;
}

function serverLog({ serverLog: text }: FailureAccount): Html | undefined {
  if (text.trim() === '') return undefined;
  const lines = text.trimEnd().split('\n');
  const shown = lines.slice(-LIMITS.lines);
  return html`<details>
    <summary>End of the server's log</summary>
    ${preformatted(shown, "End of the server's log")} ${leftOutNote(shown.length, lines.length, 'lines')}
  </details>`;
}
