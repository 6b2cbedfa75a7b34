import type { Span, Timeline } from '../../harness/results/failure-account.js';
import { LIMITS } from './limits.js';

/** The part of a timeline that is drawn: what bears on the failure, and what was done last. */
export interface TimelineWindow {
  readonly lanes: readonly string[];
  readonly spans: readonly Span[];
  readonly marks: Timeline['marks'];
  readonly first: number;
  readonly last: number;
}

export function windowOf({ lanes, spans, marks }: Timeline): TimelineWindow {
  const shown = new Set(spans.toSorted(byWeight).slice(0, LIMITS.spans));
  const shownSpans = spans.filter((span) => shown.has(span));
  const shownMarks = marks.slice(-LIMITS.timelineMarks);
  const moments = [...shownSpans.flatMap(({ start, end = start }) => [start, end]), ...shownMarks.map(({ at }) => at)];
  const used = new Set([...shownSpans.map(({ lane }) => lane), ...shownMarks.map(({ lane }) => lane)]);
  return {
    lanes: allLanes(lanes, used).filter((lane) => used.has(lane)),
    spans: shownSpans,
    marks: shownMarks,
    first: Math.min(...moments),
    last: Math.max(...moments),
  };
}

/** Those that are named first, then those that only spans and marks name. */
function allLanes(lanes: readonly string[], used: ReadonlySet<string | undefined>): string[] {
  const named = [...used].filter((lane) => lane !== undefined);
  return [...new Set([...lanes, ...named])];
}

const TELLING: ReadonlySet<Span['fate']> = new Set(['torn', 'lost', 'unknown', 'failed']);

/** What was harmed or never ended comes first, then what ended last. */
function byWeight(a: Span, b: Span): number {
  return weight(b) - weight(a) || (b.end ?? Infinity) - (a.end ?? Infinity) || b.start - a.start;
}

function weight({ fate, end }: Span): number {
  if (fate === 'torn') return 2;
  return TELLING.has(fate) || end === undefined ? 1 : 0;
}
