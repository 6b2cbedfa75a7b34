/**
 * Every colour of the page, and what it is on a light and on a dark page. The charts name them too. They can be told apart by
 * people who do not see red and green, and texts have a contrast of 4.5 at least; nothing is told by colour alone.
 */
const COLOURS: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  page: ['#ffffff', '#0f1419'],
  panel: ['#f5f7f9', '#171d25'],
  raised: ['#ffffff', '#1c232c'],
  ink: ['#1a2027', '#e4e8ed'],
  muted: ['#545d69', '#a0aab6'],
  line: ['#e1e5ea', '#29313b'],
  'line-strong': ['#b8c0ca', '#46515e'],
  link: ['#0b5cad', '#74b4f5'],
  good: ['#0d6b4a', '#5fcf9f'],
  'good-tint': ['#e0f3ea', '#12352a'],
  bad: ['#b3261e', '#ff8f80'],
  'bad-tint': ['#fdeceb', '#3c1a18'],
  warn: ['#835000', '#e9b455'],
  'warn-tint': ['#fdf1dc', '#38290f'],
  here: ['#fff0c2', '#4a3a08'],
  curve: ['#0b5cad', '#74b4f5'],
  kept: ['#0d7a55', '#4fc08d'],
  'tier-kill': ['#1f6fb5', '#62aef5'],
  'tier-power': ['#c8620e', '#f0974a'],
  'on-kind': ['#1a2027', '#eef1f4'],
  'kind-transaction': ['#cfe3f7', '#1d3f61'],
  'kind-transaction-edge': ['#2f74b5', '#5fa8e8'],
  'kind-write': ['#fbe0b8', '#54390d'],
  'kind-write-edge': ['#b36b00', '#e0a34a'],
  'kind-sync': ['#c9ead8', '#17462f'],
  'kind-sync-edge': ['#1c8a5a', '#4fc48d'],
  'kind-name': ['#e6d6f3', '#402a58'],
  'kind-name-edge': ['#8250b8', '#b98ce6'],
  'kind-call': ['#e2e5ea', '#333b46'],
  'kind-call-edge': ['#6b7480', '#98a3b0'],
  'kind-recovery': ['#f7d6e6', '#56203c'],
  'kind-recovery-edge': ['#b83b7c', '#ea7fb1'],
  'heat-0': ['#fff6f5', '#241513'],
  'heat-0-edge': ['#b3261e', '#ff8f80'],
  'heat-0-ink': ['#b3261e', '#ff8f80'],
  'heat-1': ['#dcebf8', '#17324b'],
  'heat-1-edge': ['#dcebf8', '#17324b'],
  'heat-1-ink': ['#1a2027', '#e4e8ed'],
  'heat-2': ['#a9cdeb', '#215078'],
  'heat-2-edge': ['#a9cdeb', '#215078'],
  'heat-2-ink': ['#1a2027', '#eef4fa'],
  'heat-3': ['#66a6d9', '#4d98d2'],
  'heat-3-edge': ['#66a6d9', '#4d98d2'],
  'heat-3-ink': ['#0c1b29', '#0c1b29'],
  'heat-4': ['#1b5a97', '#a8d5f8'],
  'heat-4-edge': ['#1b5a97', '#a8d5f8'],
  'heat-4-ink': ['#ffffff', '#0c1b29'],
};

/** As custom properties, which follow the page's colour scheme. */
export const colourProperties = Object.entries(COLOURS)
  .map(([name, [light, dark]]) => `  --${name}: light-dark(${light}, ${dark});`)
  .join('\n');
