import * as vega from 'vega';
import { compile, type Config, type TopLevelSpec } from 'vega-lite';
import { html, printable, trusted, type Content, type Html } from './html.js';

/**
 * Charts are drawn by Vega when the report is made. Their colours are names of the style sheet's (`var(--ink)`), so that one
 * drawing serves the light page and the dark one.
 */
export interface Chart {
  readonly title: string;
  /** What is to be seen in it, for people who see it. */
  readonly caption: Content;
  /** The same, for people who do not. */
  readonly description: string;
  readonly spec: TopLevelSpec;
  /** Its figures. */
  readonly table: Html;
  /** Must not be made smaller than it was drawn: it scrolls instead. */
  readonly isWide?: boolean;
  /** What matters most is at its right end: that is seen first where it scrolls. */
  readonly beginsAtEnd?: boolean;
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

const TEXT = { labelColor: 'var(--muted)', titleColor: 'var(--muted)', labelFontSize: 11, titleFontSize: 11 } as const;

const config: Config = {
  background: 'transparent',
  font: FONT.replaceAll('"', "'"),
  padding: 4,
  view: { stroke: null },
  axis: {
    ...TEXT,
    aria: false,
    labelLimit: 0,
    titleFontWeight: 500,
    domainColor: 'var(--line-strong)',
    tickColor: 'var(--line-strong)',
    gridColor: 'var(--line)',
  },
  legend: { ...TEXT, aria: false, labelLimit: 0, titleFontWeight: 500, symbolSize: 90 },
  text: { color: 'var(--ink)', fontSize: 11, aria: false },
  rule: { aria: false },
  line: { aria: false },
};

/** The chart with its title, and its figures as a table. */
export async function figure({ title, caption, description, spec, table, ...layout }: Chart): Promise<Html> {
  const svg = named(await drawn(spec), `${title}. ${description}`);
  return html`<figure class="chart">
    <figcaption><strong>${title}</strong> <span>${caption}</span></figcaption>
    <div class="${classesOf(layout)}" tabindex="0" role="group" aria-label="Chart: ${title}">${trusted(svg)}</div>
    <details>
      <summary>The same figures as a table<span class="unseen">: ${title}</span></summary>
      ${table}
    </details>
  </figure>`;
}

function classesOf({ isWide = false, beginsAtEnd = false }: Pick<Chart, 'isWide' | 'beginsAtEnd'>): string {
  return ['scroll', ...(isWide ? ['wide'] : []), ...(beginsAtEnd ? ['from-end'] : [])].join(' ');
}

async function drawn(spec: TopLevelSpec): Promise<string> {
  const view = new vega.View(vega.parse(compile(spec, { config }).spec), { renderer: 'none' });
  try {
    return withTooltips(rounded(printable(await view.toSVG())));
  } finally {
    view.finalize();
  }
}

function named(svg: string, name: string): string {
  return svg.replace('<svg ', () => html`<svg role="img" aria-label="${name}" `.text);
}

/** Tenths of a pixel are enough. */
function rounded(svg: string): string {
  return svg.replace(/ (?:d|transform|x2|y2)="[^"]*"/g, (attribute) =>
    attribute.replace(/\d+\.\d{2,}/g, (number) => String(Number(Number(number).toFixed(1)))),
  );
}

/**
 * Vega describes marks for screen readers, to which the drawing is one picture; browsers show titles to those who point. What
 * is the default, or stands in the style sheet, is left out.
 */
function withTooltips(svg: string): string {
  return svg
    .replace(
      /<path aria-label="([^"]*)"([^>]*)\/>/g,
      (_, label: string, rest: string) => `<path${rest}><title>${label}</title></path>`,
    )
    .replace(/<text [^>]*opacity="0"[^>]*>[^<]*<\/text>/g, '')
    .replace(/ (?:aria-\w+|role|pointer-events|font-family)="[^"]*"/g, '')
    .replace(
      / (?:(?:fill-)?opacity="1"|stroke-width="1"|text-anchor="start"|font-size="11px"|stroke-dasharray="1,0")/g,
      '',
    )
    .replace(/<path class="(?:background|foreground)"[^>]*\/>/g, '');
}
