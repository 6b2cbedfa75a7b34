import { colourProperties } from './colours.js';

/** The style sheet of the page. */
export const style = /* css */ `
:root {
  color-scheme: light dark;
${colourProperties}
  --sans: system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif;
  --mono: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
:root:has(#theme-light:checked) { color-scheme: light; }
:root:has(#theme-dark:checked) { color-scheme: dark; }

*, *::before, *::after { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto;
  padding: 0 clamp(1rem, 3vw, 2.5rem) 4rem;
  max-width: 90rem;
  background: var(--page);
  color: var(--ink);
  font: 15px/1.55 var(--sans);
  font-variant-numeric: tabular-nums;
}
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
h1, h2, h3, h4, h5, p, ul, ol, dl, dd, figure, pre { margin: 0; }
h2, h3, h4, h5 { line-height: 1.3; text-wrap: balance; overflow-wrap: anywhere; }
p, li, dd, summary { overflow-wrap: anywhere; }
code, pre { font: 0.87em/1.55 var(--mono); }
.unseen {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.skip {
  position: absolute;
  left: 1rem;
  top: -4rem;
  z-index: 2;
  padding: 0.5rem 1rem;
  background: var(--raised);
  border: 1px solid var(--line-strong);
  border-radius: 0 0 6px 6px;
}
.skip:focus { top: 0; }
.note { color: var(--muted); font-size: 0.87rem; }
.scroll { overflow-x: auto; max-width: 100%; position: relative; }
.from-end { direction: rtl; }
.from-end > * { direction: ltr; }

.themes { display: flex; justify-content: flex-end; gap: 0.9rem; border: 0; margin: 0; padding: 0.7rem 0; font-size: 0.8rem; color: var(--muted); }
.themes label { display: flex; align-items: center; gap: 0.3rem; cursor: pointer; }
.themes input { accent-color: var(--link); margin: 0; }

.verdict {
  --tone: var(--good);
  --tint: var(--good-tint);
  padding: clamp(1.1rem, 2.5vw, 2rem);
  background: var(--panel);
  border: 1px solid var(--line);
  border-top: 5px solid var(--tone);
  border-radius: 4px 4px 10px 10px;
}
.verdict.violated { --tone: var(--bad); --tint: var(--bad-tint); }
.verdict.harness-failure { --tone: var(--warn); --tint: var(--warn-tint); }
.product { color: var(--muted); font-size: 0.8rem; letter-spacing: 0.02em; }
h1 { display: flex; align-items: center; gap: 0.7rem; font-size: clamp(2rem, 5vw, 2.9rem); line-height: 1.2; letter-spacing: -0.02em; color: var(--tone); }
.symbol { display: grid; place-items: center; flex: none; width: 1.25em; height: 1.25em; font-size: 0.72em; background: var(--tint); border: 2px solid currentColor; border-radius: 50%; }
.headline { margin: 0.35rem 0 1.3rem; font-size: clamp(1.02rem, 1.6vw, 1.2rem); max-width: 75ch; }
.figures { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 1.1rem 1.5rem; }
.figures div { display: flex; flex-direction: column; }
.figures dt { order: 1; color: var(--muted); font-size: 0.82rem; line-height: 1.35; }
.figures dd { font-size: 1.55rem; font-weight: 620; line-height: 1.25; letter-spacing: -0.01em; }
.figures dd.more { order: 2; font-size: 0.78rem; font-weight: 400; letter-spacing: 0; color: var(--muted); }
.alert { margin: 0.8rem 0; padding: 0.6rem 0.9rem; background: var(--warn-tint); border-left: 4px solid var(--warn); border-radius: 3px; }
.alert strong { color: var(--warn); }

.layout { display: grid; grid-template-columns: minmax(0, 1fr); }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.1rem 1.1rem; margin: 1rem 0 0; }
nav a { display: inline-block; padding: 0.2rem 0; text-decoration: none; font-size: 0.92rem; }
nav a:hover { text-decoration: underline; }
.count { display: inline-block; min-width: 1.6em; padding: 0 0.45em; background: var(--panel); border: 1px solid var(--line); border-radius: 1em; color: var(--muted); font-size: 0.75em; font-weight: 500; text-align: center; vertical-align: 0.1em; }
@media (min-width: 70rem) {
  .layout { grid-template-columns: 11.5rem minmax(0, 1fr); gap: 2.5rem; }
  nav { position: sticky; top: 1rem; align-self: start; padding-top: 2.6rem; }
  nav ul { flex-direction: column; margin: 0; border-left: 2px solid var(--line); padding-left: 1rem; }
}

main > section { padding-top: 2.4rem; scroll-margin-top: 0.5rem; }
h2 { font-size: 1.45rem; letter-spacing: -0.01em; margin-bottom: 0.9rem; padding-bottom: 0.45rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.08rem; margin: 1.6rem 0 0.5rem; }
h4 { font-size: 0.95rem; margin: 1.5rem 0 0.5rem; }
h5 { font-size: 0.95rem; margin: 0 0 0.5rem; }
main > section > p { max-width: 80ch; margin-bottom: 0.8rem; }

table { border-collapse: collapse; font-size: 0.88rem; line-height: 1.45; min-width: min(100%, 20rem); }
caption { text-align: left; font-weight: 600; padding: 0.4rem 0; color: var(--ink); }
th, td { padding: 0.32rem 1.1rem 0.32rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); font-weight: 400; overflow-wrap: break-word; }
thead th { color: var(--muted); font-size: 0.8rem; border-bottom-color: var(--line-strong); white-space: nowrap; vertical-align: bottom; }
.number { text-align: right; white-space: nowrap; }
tbody tr:hover { background: var(--panel); }
#invariants tbody th, #score tbody th { white-space: nowrap; font-weight: 550; }
:target > th, :target { scroll-margin-top: 1rem; }

.badge { display: inline-block; padding: 0 0.5em; border: 1px solid currentColor; border-radius: 3px; font-size: 0.78rem; line-height: 1.5; white-space: nowrap; }
.badge.lost { color: var(--bad); background: var(--bad-tint); }
.badge.torn, .badge.unknown { color: var(--warn); background: var(--warn-tint); }
.badge.survived { color: var(--good); background: var(--good-tint); }

details { margin: 0.6rem 0; }
summary { cursor: pointer; color: var(--link); font-size: 0.9rem; width: fit-content; max-width: 100%; padding: 0.1rem 0; }
summary:hover { text-decoration: underline; text-underline-offset: 0.15em; }
details[open] > summary { margin-bottom: 0.5rem; }
pre { padding: 0.75rem 0.9rem; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; max-height: 28rem; max-width: 100%; }
pre mark { display: block; width: max-content; min-width: calc(100% + 1.8rem); margin: 0 -0.9rem; padding: 0 0.9rem; background: var(--here); color: var(--ink); font-weight: 700; box-shadow: inset 4px 0 var(--warn); }

.failure { margin: 1.6rem 0 0; padding: 1.2rem clamp(0.9rem, 2vw, 1.6rem) 1rem; border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: 4px 8px 8px 4px; scroll-margin-top: 1rem; }
.failure h3 { margin: 0 0 0.35rem; font-size: 1.15rem; }
.facts { display: flex; flex-wrap: wrap; gap: 0.1rem 1.1rem; color: var(--muted); font-size: 0.86rem; }
.facts b { color: var(--ink); font-weight: 600; }
.violation { margin: 0.9rem 0; padding: 0.65rem 0.9rem; background: var(--bad-tint); border-radius: 6px; }
.violation div { display: grid; grid-template-columns: 5.2rem minmax(0, 1fr); gap: 0.5rem; padding: 0.08rem 0; }
.violation dt { color: var(--muted); font-size: 0.86rem; }
.violation .found { font-weight: 600; }
.story { max-width: 78ch; }
.commands > div { margin-bottom: 0.5rem; }
.commands dt { color: var(--muted); font-size: 0.86rem; }
.command { display: block; padding: 0.4rem 0.7rem; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; user-select: all; overflow-x: auto; white-space: pre; }
.cycles { display: flex; flex-wrap: wrap; gap: 0 1.2rem; font-size: 0.86rem; color: var(--muted); }
.account { margin-top: 1.1rem; padding-top: 0.8rem; border-top: 1px solid var(--line); }
.account > summary { font-weight: 600; font-size: 0.95rem; }
.loss { margin: 1.5rem 0; }
.changes { list-style: none; padding: 0; }
.changes > li { padding: 0.3rem 0; }
.sectors { display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 0.9rem; margin: 0.35rem 0 0.5rem; font-size: 0.86rem; color: var(--muted); }
.strip { display: inline-flex; flex-wrap: wrap; gap: 2px; }
.strip i { width: 15px; height: 18px; border: 1.5px dashed var(--bad); border-radius: 2px; }
.strip i.kept { background: var(--kept); border: 1.5px solid var(--kept); }
.origin { margin-left: 0.4em; font-size: 0.78rem; color: var(--muted); }
.origin.old { color: var(--bad); }
.origin.new { color: var(--good); }
.origin.neither { color: var(--bad); font-weight: 700; }

.chart { margin: 1.3rem 0; min-width: 0; }
figcaption { margin-bottom: 0.4rem; max-width: 85ch; }
figcaption span { color: var(--muted); font-size: 0.88rem; }
figcaption strong { margin-right: 0.4em; }
.chart svg { display: block; max-width: 100%; height: auto; }
.chart .wide svg { max-width: none; }
.chart svg { font: 11px var(--sans); }
.side-by-side { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 0 2.5rem; align-items: start; }
.side-by-side > * { min-width: 0; margin-bottom: 1.2rem; }
#score td:nth-child(5) { white-space: nowrap; }
.missed { padding-left: 2.4rem; columns: 24rem auto; column-gap: 2.5rem; font-size: 0.92rem; }
.missed li { break-inside: avoid; }
.harness-failures { padding-left: 1.2rem; }

@media (max-width: 40rem) {
  body { padding: 0 0.9rem 3rem; }
  .violation div { grid-template-columns: minmax(0, 1fr); gap: 0; padding-bottom: 0.35rem; }
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .figures dd { font-size: 1.3rem; }
  #invariants tbody th, thead th { white-space: normal; }
  #score > .scroll > table { min-width: 46rem; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, .themes, .skip { display: none; }
  .failure, figure, table { break-inside: avoid; }
  pre { max-height: none; white-space: pre-wrap; }
}
`;
