import type { Span, Timeline } from '../../harness/results/failure-account.js';
import { figure } from './chart.js';
import { counted } from './format.js';
import { html, type Html } from './html.js';
import { table } from './table.js';
import { timelineSpec } from './timeline-chart.js';
import { windowOf } from './timeline-window.js';

/** A timeline as a picture with its table. */
export async function timelineFigure(timeline: Timeline): Promise<Html> {
  if (timeline.spans.length === 0 && timeline.marks.length === 0) return html``;
  const window = windowOf(timeline);
  const shown = { ...timeline, spans: [...window.spans] };
  const left = timeline.spans.length - window.spans.length;
  return figure({
    title: timeline.title,
    caption: html`Time runs to the right as the order of what was done. ✕ lost, ◐ torn, ? never answered, ! failed;
    dashed: never ended. Point at a span to read what it
    is.${left > 0 ? ` ${counted(left, 'earlier span')} left out.` : ''}`,
    description: `${counted(window.lanes.length, 'lane')}, ${counted(window.spans.length, 'span')}; ${timeline.marks
      .map(({ label, at }) => `${label} at #${at}`)
      .join('; ')}`,
    spec: timelineSpec(window),
    table: spanTable(shown),
    isWide: true,
    beginsAtEnd: true,
  });
}

interface Row {
  readonly place: string;
  readonly start: number;
  readonly lane: string;
  readonly kind: Span['kind'] | 'mark';
  readonly label: string;
  readonly fate: string;
}

function spanTable({ title, spans, marks }: Timeline): Html {
  const rows: Row[] = [
    ...spans.map((span) => ({ ...span, place: placeOf(span), fate: span.fate ?? '' })),
    ...marks.map(({ at, lane, label }) => ({
      place: `#${at}`,
      start: at,
      lane: lane ?? 'all',
      kind: 'mark' as const,
      label,
      fate: '',
    })),
  ];
  return table(
    rows.toSorted((a, b) => a.start - b.start),
    [
      { title: 'place', cell: ({ place }) => place },
      { title: 'lane', cell: ({ lane }) => lane },
      { title: 'what', cell: ({ kind }) => kind },
      { title: 'of', cell: ({ label }) => label },
      { title: 'fate', cell: ({ fate }) => fate },
    ],
    { caption: title, isCaptionHidden: true },
  );
}

function placeOf({ start, end }: Span): string {
  return end === undefined ? `#${start}-` : end === start ? `#${start}` : `#${start}-${end}`;
}
