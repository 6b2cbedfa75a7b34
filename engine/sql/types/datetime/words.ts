/** The words that date/time texts are made of (utils/adt/datetime.c datetktbl). */
const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const WEEKDAYS =
  'sun sunday mon monday tue tues tuesday wed weds wednesday thu thur thurs thursday fri friday sat saturday';
const MOMENTS = 'now epoch infinity today tomorrow yesterday allballs';
const UNITS = 'j jd julian y m d h mm s dow doy isodow isoyear';

export type Word =
  | { readonly kind: 'month'; readonly month: number }
  | { readonly kind: 'moment'; readonly moment: string }
  | { readonly kind: 'unit'; readonly unit: string }
  | { readonly kind: 'meridiem'; readonly isAfternoon: boolean }
  | { readonly kind: 'era'; readonly beforeChrist: boolean }
  | { readonly kind: 'weekday' | 'ignored' | 'time-follows' };

const words = new Map<string, Word>([
  ...MONTHS.flatMap((name, i) =>
    [name, name.slice(0, 3)].map((word) => [word, { kind: 'month', month: i + 1 }] as const),
  ),
  ['sept', { kind: 'month', month: 9 }],
  ...WEEKDAYS.split(' ').map((word) => [word, { kind: 'weekday' }] as const),
  ...MOMENTS.split(' ').map((word) => [word, { kind: 'moment', moment: word }] as const),
  ...UNITS.split(' ').map((word) => [word, { kind: 'unit', unit: word }] as const),
  ...(['at', 'on'] as const).map((word) => [word, { kind: 'ignored' }] as const),
  ['am', { kind: 'meridiem', isAfternoon: false }],
  ['pm', { kind: 'meridiem', isAfternoon: true }],
  ['ad', { kind: 'era', beforeChrist: false }],
  ['bc', { kind: 'era', beforeChrist: true }],
  ['t', { kind: 'time-follows' }],
]);

export function wordOf(text: string): Word | undefined {
  return words.get(text);
}

export function isKeyword(text: string): boolean {
  return words.has(text) || text === 'dst';
}
