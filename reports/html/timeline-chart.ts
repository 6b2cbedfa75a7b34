import type { TopLevelSpec } from 'vega-lite';
import type { Span } from '../../harness/results/failure-account.js';
import { shortened } from './format.js';
import type { TimelineWindow } from './timeline-window.js';

const LANE_PX = 26;
const NARROWEST_PX = 790;
const WIDEST_PX = 1600;
const PLACE_PX = 5;
const NARROWEST_SPAN_PX = 4;
/** Of the font that labels have. */
const CHARACTER_PX = 6.2;
const MARK_ROW_PX = 15;

export const SPAN_KINDS = [
  'transaction',
  'write',
  'sync',
  'name',
  'call',
  'recovery',
] as const satisfies Span['kind'][];
const KIND_NAMES = {
  transaction: 'transaction',
  write: 'write',
  sync: 'sync',
  name: 'name change',
  call: 'other call',
  recovery: 'recovery',
} as const satisfies Record<Span['kind'], string>;

/** A row for each lane; time runs to the right, as the order of what was done. */
export function timelineSpec(window: TimelineWindow): TopLevelSpec {
  const scale = scaleOf(window);
  const moments = labelledMarks(window, scale);
  return {
    width: scale.widthPx,
    height: { step: LANE_PX },
    layer: [
      spanLayer(window, scale),
      labelLayer(window, scale),
      fateLayer(window, scale),
      ruleLayer(moments),
      pointLayer(moments, window),
      momentLabelLayer(moments),
    ],
  };
}

interface Scale {
  readonly first: number;
  readonly last: number;
  readonly widthPx: number;
  readonly pxPerPlace: number;
}

function scaleOf({ first, last }: TimelineWindow): Scale {
  const places = Math.max(last - first, 1) * 1.03;
  const widthPx = Math.round(Math.min(Math.max(places * PLACE_PX, NARROWEST_PX), WIDEST_PX));
  return { first, last: first + places, widthPx, pxPerPlace: widthPx / places };
}

type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];
type Encoding = NonNullable<Layer['encoding']>;

function xOf({ first, last }: Scale): Encoding['x'] & { field: string } {
  return {
    field: 'start',
    type: 'quantitative',
    scale: { domain: [first, last], nice: false, zero: false },
    axis: { title: 'order of calls and answers, #', grid: true, format: 'd', tickMinStep: 1 },
  };
}

function yOf({ lanes }: Pick<TimelineWindow, 'lanes'>): Encoding['y'] & { field: string } {
  return {
    field: 'lane',
    type: 'nominal',
    scale: { domain: [...lanes], paddingInner: 0.25, paddingOuter: 0.15 },
    axis: { title: null, ticks: false, domain: false, labelColor: 'var(--ink)', labelPadding: 8, grid: false },
  };
}

function endOf({ start, end }: Span, { last, pxPerPlace }: Scale): number {
  return Math.max(end ?? last, start + NARROWEST_SPAN_PX / pxPerPlace);
}

function spanLayer(window: TimelineWindow, scale: Scale): Layer {
  const kinds = SPAN_KINDS.filter((kind) => window.spans.some((span) => span.kind === kind));
  const values = window.spans.toSorted(longestFirst).map((span) => ({
    lane: span.lane,
    start: span.start,
    end: endOf(span, scale),
    kind: KIND_NAMES[span.kind],
    isOpen: span.end === undefined,
    told: describeSpan(span),
  }));
  return {
    data: { values },
    mark: { type: 'bar', strokeWidth: 1.2, aria: true },
    encoding: {
      x: xOf(scale),
      x2: { field: 'end' },
      y: yOf(window),
      color: kindColour(kinds, ''),
      stroke: kindColour(kinds, '-edge'),
      fillOpacity: { condition: { test: 'datum.isOpen', value: 0.45 }, value: 1 },
      strokeDash: { condition: { test: 'datum.isOpen', value: [4, 3] }, value: [1, 0] },
      description: { field: 'told', type: 'nominal' },
    },
  };
}

/** What happened inside another span is drawn over it. */
function longestFirst(a: Span, b: Span): number {
  return lengthOf(b) - lengthOf(a);
}

function lengthOf({ start, end = Number.MAX_SAFE_INTEGER }: Span): number {
  return end - start;
}

function kindColour(kinds: readonly Span['kind'][], part: '' | '-edge'): Encoding['color'] & { field: string } {
  return {
    field: 'kind',
    type: 'nominal',
    scale: {
      domain: kinds.map((kind) => KIND_NAMES[kind]),
      range: kinds.map((kind) => `var(--kind-${kind}${part})`),
    },
    legend: { title: null, orient: 'bottom', direction: 'horizontal', columns: 6, symbolType: 'square' },
  };
}

/** `write base/5/1249 at 98304, #216 to #217, torn` */
export function describeSpan({ kind, label, start, end, fate }: Span): string {
  const when = end === undefined ? `from #${start}, never ended` : end === start ? `#${start}` : `#${start} to #${end}`;
  return `${label} (${KIND_NAMES[kind]}), ${when}${fate === undefined ? '' : `, ${fate}`}`;
}

/** A label has the room up to the end of its span, or to where the next one of its lane begins. */
function labelLayer(window: TimelineWindow, scale: Scale): Layer {
  const values = window.spans.map((span) => {
    const next = Math.min(...window.spans.filter((other) => isAfter(other, span)).map(({ start }) => start));
    const room = Math.floor(((Math.min(endOf(span, scale), next) - span.start) * scale.pxPerPlace - 6) / CHARACTER_PX);
    return { lane: span.lane, start: span.start, text: room < 3 ? '' : shortened(span.label, room) };
  });
  return {
    data: { values: values.filter(({ text }) => text !== '') },
    mark: { type: 'text', align: 'left', dx: 4, color: 'var(--on-kind)', fontSize: 10.5 },
    encoding: { x: xOf(scale), y: yOf(window), text: { field: 'text' } },
  };
}

function isAfter(other: Span, span: Span): boolean {
  return other.lane === span.lane && other !== span && other.start >= span.start;
}

const FATE_SYMBOLS = { torn: '◐', lost: '✕', unknown: '?', failed: '!' } as const;

/** What was harmed says so above its row, since colour tells what it was. */
function fateLayer(window: TimelineWindow, scale: Scale): Layer {
  const values = window.spans.flatMap((span) => {
    const symbol = FATE_SYMBOLS[span.fate as keyof typeof FATE_SYMBOLS];
    return symbol === undefined ? [] : [{ lane: span.lane, start: span.start, symbol, told: describeSpan(span) }];
  });
  return {
    data: { values },
    mark: { type: 'text', color: 'var(--bad)', fontSize: 11, fontWeight: 700, align: 'left', dy: -13 },
    encoding: { x: xOf(scale), y: yOf(window), text: { field: 'symbol' } },
  };
}

interface LabelledMark {
  readonly start: number;
  readonly lane: string | undefined;
  readonly label: string;
  readonly row: number;
  readonly dx: number;
  readonly isBeforeItsLine: boolean;
}

const LONGEST_MARK = 46;

/** Labels stand above the lanes; where one would run into another it goes a row higher. */
export function labelledMarks({ marks }: Pick<TimelineWindow, 'marks'>, scale: Scale): LabelledMark[] {
  const rowEnds: number[] = [];
  return marks
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, lane, label: whole }) => {
      const label = shortened(whole, LONGEST_MARK);
      const linePx = (at - scale.first) * scale.pxPerPlace;
      const lengthPx = label.length * CHARACTER_PX + 12;
      const isBeforeItsLine = linePx + lengthPx > scale.widthPx;
      const startPx = isBeforeItsLine ? linePx - lengthPx : linePx;
      const free = rowEnds.findIndex((endPx) => endPx <= startPx);
      const row = free < 0 ? rowEnds.length : free;
      rowEnds[row] = startPx + lengthPx;
      return { start: at, lane, label, row, dx: isBeforeItsLine ? -5 : 5, isBeforeItsLine };
    });
}

const isForAll = 'datum.lane == null';

function ruleLayer(moments: readonly LabelledMark[]): Layer {
  return {
    data: { values: moments.map((moment) => ({ ...moment, topPx: -6 - moment.row * MARK_ROW_PX })) },
    mark: { type: 'rule', strokeWidth: 1.5, y2: { expr: 'height' }, y: { expr: 'datum.topPx' } },
    encoding: {
      x: { field: 'start', type: 'quantitative' },
      color: { condition: { test: isForAll, value: 'var(--bad)' }, value: 'var(--warn)' },
      strokeDash: { condition: { test: isForAll, value: [1, 0] }, value: [3, 3] },
    },
  };
}

function pointLayer(moments: readonly LabelledMark[], window: TimelineWindow): Layer {
  return {
    data: { values: moments.filter(({ lane }) => lane !== undefined) },
    mark: { type: 'point', shape: 'diamond', size: 90, filled: true, color: 'var(--warn)', opacity: 1, aria: false },
    encoding: { x: { field: 'start', type: 'quantitative' }, y: yOf(window) },
  };
}

function momentLabelLayer(moments: readonly LabelledMark[]): Layer {
  return {
    data: { values: moments.map((moment) => ({ ...moment, topPx: -6 - moment.row * MARK_ROW_PX })) },
    mark: {
      type: 'text',
      fontSize: 11,
      fontWeight: 600,
      baseline: 'middle',
      y: { expr: 'datum.topPx' },
      dx: { expr: 'datum.dx' },
      align: { expr: "datum.isBeforeItsLine ? 'right' : 'left'" },
    },
    encoding: {
      x: { field: 'start', type: 'quantitative' },
      text: { field: 'label' },
      color: { condition: { test: isForAll, value: 'var(--bad)' }, value: 'var(--warn)' },
    },
  };
}
