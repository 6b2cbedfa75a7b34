import * as fs from 'node:fs';
import { loadNativePackage } from '../../../engine/base/native-package.js';

type FsExt = typeof import('fs-ext').default;

const DIRECTORY = '/dev/shm';

/** Locks on the data directory that somebody still holds, seen by taking them. */
export function leftoverLocks(dataDirectory: string): string[] {
  const path = `${dataDirectory}/postmaster.pid`;
  if (!fs.existsSync(path)) return [];
  const fd = fs.openSync(path, 'r+');
  try {
    // Not at the top: it cannot be loaded by a second thread, and threads load whatever `crashwright` exports.
    loadNativePackage<FsExt>('fs-ext').flockSync(fd, 'exnb');
    return [];
  } catch {
    return [`somebody holds the lock on ${path}`];
  } finally {
    fs.closeSync(fd);
  }
}

/** Shared memory must have no name, so nothing of ours may stand there. */
export function sharedMemoryNames(): string[] {
  if (!fs.existsSync(DIRECTORY)) return [];
  const names = fs.readdirSync(DIRECTORY, { withFileTypes: true });
  return names
    .filter((entry) => entry.isFile() && entry.name.startsWith('crashwright'))
    .map(({ name }) => `${DIRECTORY}/${name} is left`);
}
