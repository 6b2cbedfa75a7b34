import { html, type Html } from './html.js';
import { LIMITS, leftOutNote } from './limits.js';

/** Cycles that say nothing about the target, since the harness could not carry them out. */
export function harnessFailuresBody(failures: readonly string[]): Html {
  const shown = failures.slice(0, LIMITS.rows);
  return html`<p>These cycles say nothing about the target: the harness itself could not carry them out.</p>
    <ul class="harness-failures">
      ${shown.map((failure) => html`<li>${failure}</li>`)}
    </ul>
    ${leftOutNote(shown.length, failures.length, 'harness failures')}`;
}
