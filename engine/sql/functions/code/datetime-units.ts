/** The fields that extract(), date_part() and date_trunc() know by name (utils/adt/datetime.c deltatktbl, datetktbl). */
const SPELLINGS = {
  microsecond: 'us usec usecs usecond useconds microsecond microseconds microsecon',
  millisecond: 'ms msec msecs msecond mseconds millisecond milliseconds millisecon',
  second: 's sec secs second seconds',
  minute: 'm min mins minute minutes',
  hour: 'h hr hrs hour hours',
  day: 'd day days',
  week: 'w week weeks',
  month: 'mon mons month months',
  quarter: 'qtr quarter',
  year: 'y yr yrs year years',
  decade: 'dec decs decade decades',
  century: 'c cent century centuries',
  millennium: 'mil mils millennium millennia',
  isoyear: 'isoyear',
  dow: 'dow',
  isodow: 'isodow',
  doy: 'doy',
  julian: 'j jd julian',
  epoch: 'epoch',
  timezone: 'timezone',
  timezone_hour: 'timezone_h timezone_hour',
  timezone_minute: 'timezone_m timezone_minute',
} as const;

export type Unit = keyof typeof SPELLINGS;

const units = new Map<string, Unit>(
  Object.entries(SPELLINGS).flatMap(([unit, words]) => words.split(' ').map((word) => [word, unit as Unit] as const)),
);

export function unitOf(name: string): Unit | undefined {
  return units.get(name.toLowerCase());
}
