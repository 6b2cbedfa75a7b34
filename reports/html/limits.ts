import { formatCount } from './format.js';
import { html, type Html } from './html.js';

/**
 * What one file holds at most, so that it opens at once whatever the run was. Whatever is left out is said, in its place.
 */
export const LIMITS = {
  /** Causes with their story; further ones are only listed. */
  stories: 50,
  /** Of these, causes whose timelines are drawn. */
  drawnStories: 12,
  /** Spans of one timeline. */
  spans: 80,
  /** Marks of one timeline. */
  timelineMarks: 20,
  /** Changes on their way in one loss of power. */
  changes: 24,
  /** Cells of a strip of sectors. */
  sectors: 512,
  /** Of these, torn ones with their pages. */
  tornPages: 4,
  /** Fields of a page. */
  fields: 40,
  /** Lines of operations, of the decoded log, and of the server's log. */
  lines: 24,
  /** Characters of one line. */
  lineCharacters: 1000,
  /** Places of one map of coverage, the most passed first. */
  places: 60,
  /** Points of one chart, evenly taken. */
  points: 300,
  /** Rows of a table that only repeats a chart. */
  chartRows: 150,
  /** Rows of every other table. */
  rows: 300,
} as const;

/** Evenly taken from first to last. */
export function sampled<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, index) => items[Math.round((index * (items.length - 1)) / (most - 1))]);
}

/** Says how many of so many are shown; nothing where all are. */
export function leftOutNote(shown: number, total: number, things: string): Html | undefined {
  if (shown >= total) return undefined;
  return html`<p class="note">
    ${formatCount(shown)} of ${formatCount(total)} ${things} shown; the rest is left out.
  </p>`;
}
