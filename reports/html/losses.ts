import type { FailureAccount, PendingAccount } from '../../harness/results/failure-account.js';
import { counted, formatRanges } from './format.js';
import { html, type Html } from './html.js';
import { LIMITS, leftOutNote } from './limits.js';
import { pageDiff } from './page-diff.js';

type Loss = FailureAccount['losses'][number];
type Fate = PendingAccount['fate'];

/** What was on its way when the power failed: what was torn is shown whole, of the rest what it was. */
export function lossSection({ crash, changes }: Loss): Html {
  const torn = changes.filter(({ fate }) => fate === 'torn').slice(0, LIMITS.changes);
  const room = Math.max(LIMITS.changes - torn.length, 0);
  const whole = changes.filter(({ fate }) => fate !== 'torn').slice(0, room);
  return html`<section class="loss">
    <h5>On its way to the disk at ${crash}: ${fateCounts(changes)}</h5>
    ${
      torn.length > 0
        ? html`<ul class="changes">
            ${torn.map((change, index) => tornChange(change, index < LIMITS.tornPages))}
          </ul>`
        : undefined
    }
    ${wholeChanges(whole, 'lost')} ${wholeChanges(whole, 'survived')}
    ${leftOutNote(torn.length + whole.length, changes.length, 'changes')}
    ${leftOutNote(LIMITS.tornPages, torn.filter(({ page }) => page !== undefined).length, 'torn pages')}
  </section>`;
}

/** `1 torn, 8 lost, 2 survived` */
export function fateCounts(changes: readonly PendingAccount[]): string {
  const parts = (['torn', 'lost', 'survived'] as const)
    .map((fate) => ({ fate, count: changes.filter((change) => change.fate === fate).length }))
    .filter(({ count }) => count > 0);
  return parts.length === 0 ? 'nothing' : parts.map(({ fate, count }) => `${count} ${fate}`).join(', ');
}

function tornChange({ what, fate, sectors, page }: PendingAccount, hasPage: boolean): Html {
  return html`<li>
    <p>${fateBadge(fate)} <code>${what}</code></p>
    ${sectors && sectorStrip(sectors)} ${page && hasPage ? pageDiff(page) : undefined}
  </li>`;
}

const UNFOLDED = 6;

function wholeChanges(changes: readonly PendingAccount[], fate: Fate): Html | undefined {
  const ofFate = changes.filter((change) => change.fate === fate);
  if (ofFate.length === 0) return undefined;
  const list = html`<ul class="changes">
    ${ofFate.map(wholeChange)}
  </ul>`;
  if (ofFate.length <= UNFOLDED) return list;
  return html`<details>
    <summary>${counted(ofFate.length, 'change')} ${fate} whole</summary>
    ${list}
  </details>`;
}

function wholeChange({ what, fate, page }: PendingAccount): Html {
  return html`<li>
    <p>${fateBadge(fate)} <code>${what}</code></p>
    ${page && foldedPage(page)}
  </li>`;
}

function foldedPage(page: NonNullable<PendingAccount['page']>): Html {
  return html`<details>
    <summary>Its page</summary>
    ${pageDiff(page)}
  </details>`;
}

export function fateBadge(fate: Fate): Html {
  return html`<span class="badge ${fate}">${fate}</span>`;
}

/** One cell for each sector: filled where it survived. */
export function sectorStrip(sectors: readonly boolean[]): Html {
  const survived = sectors.filter(Boolean).length;
  const told = `${survived} of ${counted(sectors.length, 'sector')} survived${survived > 0 ? `: ${formatRanges(sectors)}` : ''}`;
  const cells = sectors.slice(0, LIMITS.sectors);
  return html`<div class="sectors">
    <span class="strip" role="img" aria-label="${told}"
      >${cells.map((isThere) => (isThere ? html`<i class="kept"></i>` : html`<i></i>`))}</span
    >
    <span>${told}</span>${leftOutNote(cells.length, sectors.length, 'sectors')}
  </div>`;
}
