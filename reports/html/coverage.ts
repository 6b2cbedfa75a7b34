import type { TopLevelSpec } from 'vega-lite';
import type { Coverage, CoverageCell } from '../report-model.js';
import { figure } from './chart.js';
import { formatCount, counted } from './format.js';
import { html, type Html } from './html.js';
import { LIMITS, leftOutNote } from './limits.js';
import { table } from './table.js';

/** Where crashes could have fallen and where they did; what was passed and never struck is what was missed. */
export async function coverageBody({ calls, points }: Coverage): Promise<Html> {
  return html`<p>
      Each cell says how many crashes fell there. A cell with a red frame was
      <strong>passed but never struck</strong>; where there is no cell, the process never came by.
    </p>
    ${await heatMap('Calls', 'calls, by kind of file', calls)}
    ${await heatMap('Named moments', 'named moments in memory', points)} ${neverStruck([...calls, ...points])}`;
}

async function heatMap(title: string, things: string, cells: readonly CoverageCell[]): Promise<Html> {
  if (cells.length === 0) return html`<p>No ${things} on record.</p>`;
  const places = placesOf(cells);
  const shown = cells.filter(({ place }) => places.slice(0, LIMITS.places).includes(place));
  const struck = cells.filter((cell) => cell.struck > 0).length;
  return figure({
    title,
    caption: html`${struck} of ${counted(cells.length, 'place')}
    struck.${
      places.length > LIMITS.places ? ` The ${LIMITS.places} most passed of ${places.length} ${things} are drawn.` : ''
    }`,
    description: `Crashes by process and ${things}: ${struck} of ${cells.length} places struck`,
    spec: heatMapSpec(shown, places.slice(0, LIMITS.places)),
    table: cellTable(`${title}: passed and struck`, cells.toSorted(byPassed)),
    isWide: true,
  });
}

/** The most passed first. */
function placesOf(cells: readonly CoverageCell[]): string[] {
  const passed = new Map<string, number>();
  for (const { place, passed: times } of cells) passed.set(place, (passed.get(place) ?? 0) + times);
  return [...passed.keys()].toSorted((a, b) => passed.get(b)! - passed.get(a)!);
}

const STEPS = [
  { from: 0, name: 'never' },
  { from: 1, name: '1-9' },
  { from: 10, name: '10-99' },
  { from: 100, name: '100-999' },
  { from: 1000, name: '1,000 or more' },
] as const;

export function stepOf(struck: number): string {
  return STEPS.findLast(({ from }) => struck >= from)!.name;
}

const inkConditions = STEPS.map(({ name }, index) => ({
  test: `datum.step === '${name}'`,
  value: `var(--heat-${index}-ink)`,
}));

function heatMapSpec(cells: readonly CoverageCell[], places: readonly string[]): TopLevelSpec {
  const processes = [...new Set(cells.map(({ process }) => process))].toSorted();
  const names = STEPS.map(({ name }) => name);
  const legend = { title: 'crashes', orient: 'bottom', direction: 'horizontal', symbolType: 'square' } as const;
  const range = (part: string): string[] => STEPS.map((_, index) => `var(--heat-${index}${part})`);
  const values = cells.map((cell) => ({
    ...cell,
    step: stepOf(cell.struck),
    text: formatCount(cell.struck),
    told: `${cell.process} ${cell.place}: passed ${formatCount(cell.passed)}, struck ${formatCount(cell.struck)}`,
  }));
  return {
    data: { values },
    width: { step: 74 },
    height: { step: 22 },
    encoding: {
      x: {
        field: 'process',
        type: 'nominal',
        scale: { domain: processes, paddingInner: 0.06 },
        axis: { title: null, orient: 'top', labelAngle: -30, ticks: false, domain: false, labelColor: 'var(--ink)' },
      },
      y: {
        field: 'place',
        type: 'nominal',
        scale: { domain: [...places], paddingInner: 0.12 },
        axis: { title: null, ticks: false, domain: false, labelColor: 'var(--ink)', labelPadding: 8 },
      },
    },
    layer: [
      {
        mark: { type: 'rect', cornerRadius: 2, strokeWidth: 1.5, aria: true },
        encoding: {
          color: {
            field: 'step',
            type: 'ordinal',
            scale: { domain: names, range: range('') },
            legend,
          },
          stroke: {
            field: 'step',
            type: 'ordinal',
            scale: { domain: names, range: range('-edge') },
            legend,
          },
          description: { field: 'told', type: 'nominal' },
        },
      },
      {
        mark: { type: 'text', fontSize: 11 },
        encoding: {
          text: { field: 'text' },
          color: { condition: inkConditions, value: 'var(--ink)' },
        },
      },
    ],
  };
}

const byPassed = (a: CoverageCell, b: CoverageCell): number => b.passed - a.passed;

function cellTable(caption: string, cells: readonly CoverageCell[]): Html {
  return table(
    cells,
    [
      { title: 'place', cell: ({ place }) => html`<code>${place}</code>` },
      { title: 'process', cell: ({ process }) => process },
      { title: 'passed', isNumber: true, cell: ({ passed }) => formatCount(passed) },
      { title: 'struck', isNumber: true, cell: ({ struck }) => formatCount(struck) },
    ],
    { caption },
  );
}

const UNFOLDED = 15;

function neverStruck(cells: readonly CoverageCell[]): Html {
  const missed = cells.filter(({ struck }) => struck === 0).toSorted(byPassed);
  if (missed.length === 0) return html`<p>A crash has fallen at every place that was passed.</p>`;
  const rest = missed.slice(UNFOLDED, LIMITS.rows);
  return html`<h3 id="never-struck">Passed but never struck: ${counted(missed.length, 'place')}</h3>
    <ol class="missed">
      ${missed.slice(0, UNFOLDED).map(missedPlace)}
    </ol>
    ${
      rest.length === 0
        ? undefined
        : html`<details>
            <summary>${counted(rest.length, 'more place')}, passed less often</summary>
            <ol class="missed" start="${UNFOLDED + 1}">
              ${rest.map(missedPlace)}
            </ol>
          </details>`
    }
    ${leftOutNote(Math.min(missed.length, LIMITS.rows), missed.length, 'places')}`;
}

function missedPlace({ process, place, passed }: CoverageCell): Html {
  return html`<li>${process} <code>${place}</code>, passed ${counted(passed, 'time')}</li>`;
}
