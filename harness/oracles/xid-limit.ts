import { countedBehind, printXid } from './counted-xids.js';
import type { FilesOracle } from './oracle.js';

/** The farthest that two ids may be apart. */
const HALF_OF_XIDS = 2 ** 31 - 1;
const SPECIAL_XIDS = 3;

/**
 * Verifies: in a stopped cluster no more ids were assigned than the oldest of its databases allows, whatever the cluster takes
 * for its limit: the counter stands before that, or where it was set while the cluster was stopped.
 *
 * Does not verify: that ids are refused only there; databases that are half dropped.
 */
export const xidLimit: FilesOracle = ({ moment, control: { nextXid }, horizons, stopMargin, memory }) => {
  if (moment !== 'stopped') return [];
  return horizons.flatMap(({ database, frozenXid }) => {
    const limit = countedBehind(frozenXid, nextXid) + HALF_OF_XIDS - stopMargin + SPECIAL_XIDS;
    if (nextXid <= Math.max(limit, memory.jumpedTo)) return [];
    const promised = `no id is assigned beyond ${printXid(limit)}, the stop limit of database ${database}, whose oldest is ${frozenXid}`;
    return [{ invariant: 'xid-limit' as const, promised, found: `the next one is ${printXid(nextXid)}` }];
  });
};
