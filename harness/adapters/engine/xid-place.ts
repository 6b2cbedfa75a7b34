import { epochOf, fullXid, xidOf } from '../../../engine/base/xid.js';
import type { Os } from '../../../engine/os/os.js';
import { SingleUser, loadParser } from '../../../engine/processes/single-user.js';
import { readControlFile, resetXid } from '../../../engine/recovery/recovery.js';

const DATABASES = ['template0', 'template1', 'postgres'];
/** Two ids may be half the circle apart; freezing takes none. */
const LONGEST_STEP = 2 ** 31 - 20;

/** Makes a stopped cluster go on at a later transaction id, counted through all rounds. */
export function advanceXid(os: Os, dataDirectory: string, next: number): void {
  const full = fullXid(next);
  resetXid(os, dataDirectory, { nextXid: xidOf(full), epoch: epochOf(full), isForced: false });
}

/** Leads a new cluster, stopped, along the circle of transaction ids to `firstXid`; everything older is frozen then. */
export async function beginAt(os: Os, dataDirectory: string, firstXid: number): Promise<void> {
  await loadParser();
  const nextXid = (): number => readControlFile(os, dataDirectory).checkPointCopy.nextXid;
  while (nextXid() < firstXid) {
    advanceXid(os, dataDirectory, Math.min(firstXid, nextXid() + LONGEST_STEP));
    freezeAll(os, dataDirectory);
  }
}

function freezeAll(os: Os, dataDirectory: string): void {
  const single = SingleUser.open(os, dataDirectory);
  for (const database of DATABASES) {
    const session = single.session(database, 'postgres');
    for (const event of session.simpleQuery('VACUUM (FREEZE)')) void event;
    session.close();
  }
  single.shutDown();
}
