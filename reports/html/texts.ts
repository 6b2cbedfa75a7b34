import { shortened } from './format.js';
import { html, type Html } from './html.js';
import { LIMITS, leftOutNote } from './limits.js';

/** Lines of monospaced text that scroll sideways in their own container. */
export function preformatted(lines: readonly string[], label: string): Html {
  return html`<pre tabindex="0" role="group" aria-label="${label}">${lines.map(lineOf)}</pre>`;
}

const HERE = '<-- here';

function lineOf(line: string): Html {
  const text = `${shortened(line, LIMITS.lineCharacters)}\n`;
  return text.trimEnd().endsWith(HERE) ? html`<mark>${text}</mark>` : html`${text}`;
}

/** The decoded log: so many lines, around the one that is accused, or the last. */
export function logAround(lines: readonly string[]): readonly string[] {
  const here = lines.findIndex((line) => line.trimEnd().endsWith(HERE));
  if (here < 0) return lines.slice(-LIMITS.lines);
  const first = Math.max(0, Math.min(here - LIMITS.lines / 2, lines.length - LIMITS.lines));
  return lines.slice(first, first + LIMITS.lines);
}

const UNFOLDED = 6;

/** The last lines; the ones before are folded away. */
export function lastLines(lines: readonly string[], label: string): Html {
  const kept = lines.slice(-LIMITS.lines);
  if (kept.length <= UNFOLDED + 2)
    return html`${preformatted(kept, label)}${leftOutNote(kept.length, lines.length, 'lines')}`;
  const earlier = kept.slice(0, -UNFOLDED);
  return html`<details>
      <summary>${earlier.length} earlier lines<span class="unseen"> of ${label}</span></summary>
      ${preformatted(earlier, `${label}, earlier lines`)} ${leftOutNote(kept.length, lines.length, 'lines')}
    </details>
    ${preformatted(kept.slice(-UNFOLDED), label)}`;
}
