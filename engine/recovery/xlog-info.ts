/** Info codes of the XLOG resource manager's records (catalog/pg_control.h): the high four bits of `info`. */
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
