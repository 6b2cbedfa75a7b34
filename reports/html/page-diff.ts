import type { PendingAccount } from '../../harness/results/failure-account.js';
import { html, type Html } from './html.js';
import { LIMITS } from './limits.js';
import { table } from './table.js';

type Page = NonNullable<PendingAccount['page']>;
type Field = Page['fields'][number];

/** What differs of a page before the write, as it was written, and as the crash left it. */
export function pageDiff({ title, fields }: Page): Html {
  return table(
    fields,
    [
      { title: 'field', cell: ({ name }) => name },
      { title: 'before', cell: ({ before }) => html`<code>${before}</code>` },
      { title: 'written', cell: ({ written }) => html`<code>${written}</code>` },
      { title: 'on the disk', cell: leftCell },
    ],
    { caption: title, mostRows: LIMITS.fields },
  );
}

export type Origin = 'old' | 'new' | 'neither' | 'same';

/** Which of its two versions a field has on the disk. */
export function originOf({ before, written, left }: Field): Origin {
  if (before === written && left === written) return 'same';
  if (left === written) return 'new';
  return left === before ? 'old' : 'neither';
}

function leftCell(field: Field): Html {
  const origin = originOf(field);
  return html`<code>${field.left}</code> <span class="origin ${origin}">${origin}</span>`;
}
