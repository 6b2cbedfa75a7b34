import { INVARIANT_TEXTS } from '../../harness/oracles/invariant-texts.js';
import type { InvariantCount } from '../report-model.js';
import { formatCount } from './format.js';
import { html, type Html } from './html.js';
import { table } from './table.js';

export function invariantsBody(invariants: readonly InvariantCount[]): Html {
  return table(
    invariants,
    [
      { title: 'invariant', cell: ({ invariant }) => html`<span id="invariant-${invariant}">${invariant}</span>` },
      { title: 'says', cell: ({ invariant }) => INVARIANT_TEXTS[invariant] },
      { title: 'checked', isNumber: true, cell: checked },
      { title: 'cycles that violate it', isNumber: true, cell: violated },
    ],
    { caption: 'How often each invariant was checked, and violated', isCaptionHidden: true },
  );
}

/** What was never checked was not shown to hold. */
function checked({ checks }: InvariantCount): Html {
  return checks === 0 ? html`<span class="badge unknown">never</span>` : html`${formatCount(checks)}`;
}

function violated({ violations }: InvariantCount): Html {
  return violations === 0 ? html`0` : html`<span class="badge lost">${formatCount(violations)}</span>`;
}
