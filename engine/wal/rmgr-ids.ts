/** Resource managers of the log, by PostgreSQL 15's numbers (access/rmgrlist.h). */
export const Rmgr = {
  xlog: 0,
  transaction: 1,
  storage: 2,
  commitLog: 3,
  database: 4,
  tablespace: 5,
  multiXact: 6,
  relationMap: 7,
  standby: 8,
  heap2: 9,
  heap: 10,
  btree: 11,
  hash: 12,
  gin: 13,
  gist: 14,
  sequence: 15,
  spGist: 16,
  brin: 17,
  commitTimestamp: 18,
  replicationOrigin: 19,
  generic: 20,
  logicalMessage: 21,
} as const;

export const LAST_BUILT_IN_RMGR = Rmgr.logicalMessage;
/** Ids that extensions may register. */
export const FIRST_CUSTOM_RMGR = 128;

/** Record kinds of the xlog resource manager (catalog/pg_control.h): the upper four bits of `info`. */
export const XlogInfo = {
  checkpointShutdown: 0x00,
  checkpointOnline: 0x10,
  noop: 0x20,
  nextOid: 0x30,
  switch: 0x40,
  backupEnd: 0x50,
  parameterChange: 0x60,
  restorePoint: 0x70,
  fullPageWritesChange: 0x80,
  endOfRecovery: 0x90,
  fullPageImageForHint: 0xa0,
  fullPageImage: 0xb0,
  overwriteContrecord: 0xd0,
} as const;

/** The bits of `info` that a resource manager may use. */
export const RMGR_INFO_MASK = 0xf0;
