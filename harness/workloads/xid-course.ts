import fc from 'fast-check';

/** The farthest that two transaction ids may be apart. */
const HALF_OF_XIDS = 2 ** 31 - 1;
const XIDS = 2 ** 32;
const FIRST_NORMAL_XID = 3;
/** As long as ids are that far from the wrap, rows can be told apart, and everything can be frozen. */
const LEAST_LEFT = 20;

export const XID_LIMITS = ['warn', 'stop', 'wrap'] as const;
export type XidLimit = (typeof XID_LIMITS)[number];

/** How the counter of transaction ids leaps while the target is stopped: to so many before a limit, or so many ahead. */
export type XidJump =
  | { readonly kind: 'limit'; readonly before: number; readonly limit: XidLimit }
  | { readonly kind: 'ahead'; readonly ids: number };

/** Where a target's transaction ids begin, everything older being frozen, and the jumps that come at times. */
export interface XidCourse {
  readonly firstXid?: number;
  readonly jumps: readonly XidJump[];
}

/** Margins between the limits and the wrap, by the target's settings. */
export interface XidMargins {
  readonly warn: number;
  readonly stop: number;
}

/** PostgreSQL's. */
const DEFAULT_MARGINS: XidMargins = { warn: 40_000_000, stop: 3_000_000 };

export function xidMargins(settings: Readonly<Record<string, string | number>>): XidMargins {
  return {
    warn: Number(settings.xid_warn_margin ?? DEFAULT_MARGINS.warn),
    stop: Number(settings.xid_stop_margin ?? DEFAULT_MARGINS.stop),
  };
}

/** `30 before stop`, `1500000000 ahead`. */
export function printXidJump(jump: XidJump): string {
  return jump.kind === 'limit' ? `${jump.before} before ${jump.limit}` : `${jump.ids} ahead`;
}

export function parseXidJump(text: string): XidJump {
  const [, count, rest] = /^(\d{1,10}) (.+)$/.exec(text) ?? [];
  if (rest === 'ahead') return { kind: 'ahead', ids: Number(count) };
  const limit = XID_LIMITS.find((each) => rest === `before ${each}`);
  if (!limit) throw new Error(`not a jump of transaction ids: ${text}`);
  return { kind: 'limit', before: Number(count), limit };
}

/** What the control file says of ids: the next one counted through all rounds, the oldest one in 32 bits. */
export interface XidSituation {
  readonly nextXid: number;
  readonly oldestXid: number;
}

/** The next id, counted through all rounds, after a jump; undefined when the counter is there already, or beyond. */
export function destinationOf(
  jump: XidJump,
  { nextXid, oldestXid }: XidSituation,
  margins: XidMargins,
): number | undefined {
  const age = ageOf(nextXid, oldestXid);
  const wanted = jump.kind === 'ahead' ? age + jump.ids : limitAge(jump.limit, margins) - jump.before;
  const distance = Math.min(wanted, HALF_OF_XIDS - LEAST_LEFT) - age;
  if (distance <= 0) return undefined;
  const next = nextXid + distance;
  return next % XIDS < FIRST_NORMAL_XID ? next - (next % XIDS) + FIRST_NORMAL_XID : next;
}

/** How old the oldest id is at a limit. */
export function limitAge(limit: XidLimit, { warn, stop }: XidMargins): number {
  if (limit === 'wrap') return HALF_OF_XIDS;
  return HALF_OF_XIDS - (limit === 'stop' ? stop : Math.max(warn, stop));
}

/** How far a 32-bit id is behind the next one. */
export function ageOf(nextXid: number, xid: number): number {
  return ((nextXid % XIDS) - xid) >>> 0;
}

const jump: fc.Arbitrary<XidJump> = fc.oneof(
  fc.record({
    kind: fc.constant('limit' as const),
    before: fc.constantFrom(1, 5, 20, 60, 200),
    limit: fc.constantFrom(...XID_LIMITS, 'stop' as const, 'stop' as const),
  }),
  fc.record({
    kind: fc.constant('ahead' as const),
    // Into the next page or segment of the commit log, or far round the circle.
    ids: fc.oneof(fc.integer({ min: 1, max: 2 ** 21 }), fc.integer({ min: 2 ** 21, max: HALF_OF_XIDS })),
  }),
);

/** Ids that begin at the beginning, or short of an edge: of the circle, of its other half, of a segment of the commit log. */
const nearTheEdge = [XIDS - 40, XIDS - 40, XIDS - 40, XIDS - 200];
const firstXid = fc.constantFrom(undefined, ...nearTheEdge, 2 ** 31 - 100, 2 ** 30 - 30);

export const xidCourse: fc.Arbitrary<XidCourse> = fc
  .record({ firstXid, jumps: fc.array(jump, { minLength: 1, maxLength: 4 }) })
  .map(({ firstXid: first, jumps }) => (first === undefined ? { jumps } : { firstXid: first, jumps }));
