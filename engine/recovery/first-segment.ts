import { assembleFirstRecord } from '../wal/assemble.js';
import { LONG_HEADER_BYTES, initWalPage } from '../wal/page-format.js';
import { Rmgr, XlogInfo } from '../wal/rmgr-ids.js';
import { segmentOf, segmentStart, walFileName } from '../wal/segment-names.js';
import { encodeCheckPoint } from './checkpoint-record.js';
import type { ControlFileData } from './control-file-format.js';

/** The segment that WAL begins with: the shutdown checkpoint that pg_control names, then zeros (BootStrapXLOG). */
export function firstSegment(control: ControlFileData): { name: string; bytes: Buffer } {
  const { segmentBytes, checkPoint, checkPointCopy } = control;
  const segment = segmentOf(checkPoint, segmentBytes);
  const bytes = Buffer.alloc(segmentBytes);
  initWalPage(bytes, 0, segmentStart(segment, segmentBytes), checkPointCopy.timeline, control);
  const draft = { rmgr: Rmgr.xlog, info: XlogInfo.checkpointShutdown, data: [encodeCheckPoint(checkPointCopy)] };
  assembleFirstRecord(draft).copy(bytes, LONG_HEADER_BYTES);
  return { name: walFileName(checkPointCopy.timeline, segment, segmentBytes), bytes };
}
