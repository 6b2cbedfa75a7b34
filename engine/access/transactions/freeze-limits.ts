import { FIRST_NORMAL_XID, isNormalXid, xid, xidPrecedes, type Xid } from '../../base/xid.js';

export interface FreezeSettings {
  /** Of the table or the command, else vacuum_freeze_min_age. */
  readonly freezeMinAge: number;
  /** Of the table or the command, else vacuum_freeze_table_age. */
  readonly freezeTableAge: number;
  /** autovacuum_freeze_max_age. */
  readonly freezeMaxAge: number;
}

export interface FreezeSituation {
  /** Rows deleted before it are dead to all. */
  readonly oldestXmin: Xid;
  readonly nextXid: Xid;
  /** pg_class.relfrozenxid. */
  readonly relFrozenXid: Xid;
}

export interface FreezeLimits {
  /** Ids older than this are replaced: behind it a vacuum of the whole table leaves none. Never later than oldestXmin. */
  readonly freezeLimit: Xid;
  /** Whether every page that may hold an unfrozen row must be visited, so that relfrozenxid can advance. */
  readonly isAggressive: boolean;
  /** The oldest snapshot is so old that hardly anything can be frozen: worth a warning. */
  readonly isXminFarPast: boolean;
}

/** Visits the whole table somewhat before autovacuum would, so that a nightly VACUUM comes first. */
const TABLE_AGE_SHARE = 0.95;
const FAILSAFE_SHARE = 1.05;

/** What a vacuum of one table freezes (commands/vacuum.c vacuum_set_xid_limits). */
export function computeFreezeLimits(
  { oldestXmin, nextXid, relFrozenXid }: FreezeSituation,
  { freezeMinAge, freezeTableAge, freezeMaxAge }: FreezeSettings,
): FreezeLimits {
  const wanted = back(oldestXmin, Math.min(freezeMinAge, Math.floor(freezeMaxAge / 2)));
  const isXminFarPast = xidPrecedes(wanted, back(nextXid, freezeMaxAge));
  const tableAge = Math.min(freezeTableAge, Math.floor(freezeMaxAge * TABLE_AGE_SHARE));
  return {
    freezeLimit: isXminFarPast ? oldestXmin : wanted,
    isAggressive: !xidPrecedes(back(nextXid, tableAge), relFrozenXid),
    isXminFarPast,
  };
}

/**
 * Is the table so old that its vacuum must drop everything but freezing: indexes, delays (vacuum_xid_failsafe_check)?
 */
export function isFailsafeDue(relFrozenXid: Xid, nextXid: Xid, failsafeAge: number, freezeMaxAge: number): boolean {
  const age = Math.max(failsafeAge, Math.floor(freezeMaxAge * FAILSAFE_SHARE));
  return xidPrecedes(relFrozenXid, back(nextXid, age));
}

/** An age's limit is never a special id. */
function back(from: Xid, age: number): Xid {
  const limit = xid(from - age);
  return isNormalXid(limit) ? limit : FIRST_NORMAL_XID;
}
