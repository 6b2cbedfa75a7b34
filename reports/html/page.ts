import { formatCount } from './format.js';
import { html, trusted, type Html } from './html.js';
import { style } from './style.js';

export interface Section {
  readonly id: string;
  readonly title: string;
  /** Shown with the title, where it matters how many there are. */
  readonly count?: number;
  readonly body: Html;
}

/** Nothing is loaded and nothing runs, whatever a text in the page should contain. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

export function page(title: string, header: Html, sections: readonly Section[]): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the findings</a>
        ${themes} ${header}
        <div class="layout">
          <nav aria-label="Contents">
            <ul>
              ${sections.map(contentsEntry)}
            </ul>
          </nav>
          <main id="main" tabindex="-1">${sections.map(sectionPart)}</main>
        </div>
      </body>
    </html> `;
}

/** Without a script: the style sheet looks which of them is checked. */
const themes = html`<fieldset class="themes">
  <legend class="unseen">Colours</legend>
  <label><input type="radio" name="theme" id="theme-system" checked /> system</label>
  <label><input type="radio" name="theme" id="theme-light" /> light</label>
  <label><input type="radio" name="theme" id="theme-dark" /> dark</label>
</fieldset>`;

function contentsEntry({ id, title, count }: Section): Html {
  return html`<li><a href="#${id}">${title}${countOf(count)}</a></li>`;
}

function sectionPart({ id, title, count, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}${countOf(count)}</h2>
    ${body}
  </section>`;
}

function countOf(count: number | undefined): Html | undefined {
  return count === undefined ? undefined : html` <span class="count">${formatCount(count)}</span>`;
}
