import { INVALID_LSN } from '../base/lsn.js';
import type { HintLogger } from '../storage/buffers/buffer-manager.js';
import { pageLsn } from '../storage/page/page.js';
import type { Wal } from '../wal/wal.js';
import { Rmgr, XlogInfo } from '../wal/rmgr-ids.js';

/**
 * Images for hint changes (xloginsert.c XLogSaveBufferForHint): a page whose hint bits change for the first time after
 * the redo point is logged whole. A torn write of it would otherwise break its checksum with nothing to mend it.
 */
export function hintLogger(wal: Pick<Wal, 'insert' | 'redoLsn' | 'unlogged'>): HintLogger {
  return (file, fork, block, page, standard) => {
    if (wal.unlogged.has(file)) return undefined;
    if (pageLsn(page) > wal.redoLsn()) return INVALID_LSN;
    return wal.insert({
      rmgr: Rmgr.xlog,
      info: XlogInfo.fullPageImageForHint,
      data: [],
      blocks: [{ id: 0, file, fork, block, page, forceImage: true, standard }],
    });
  };
}
