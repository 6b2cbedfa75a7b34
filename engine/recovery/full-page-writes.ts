import type { EngineContext } from '../memory/context.js';
import { Rmgr, XlogInfo } from '../wal/rmgr-ids.js';
import type { Wal } from '../wal/wal.js';

/**
 * Makes inserters follow the setting full_page_writes (UpdateFullPageWrites). Images are on before the record that says
 * so, and off only after it: whoever reads the record may rely on images wherever it says they are.
 */
export function updateFullPageWrites(ctx: EngineContext, wal: Wal): void {
  const isOn = ctx.settings.get('full_page_writes');
  if (isOn === wal.fullPageWrites()) return;
  ctx.interrupts.critical(() => {
    if (isOn) wal.withAllInsertLocks(() => wal.setFullPageWrites(true));
    wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.fullPageWritesChange, data: [Buffer.from([isOn ? 1 : 0])] });
    if (!isOn) wal.withAllInsertLocks(() => wal.setFullPageWrites(false));
  });
}
