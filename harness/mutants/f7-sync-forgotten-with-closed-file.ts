import type { Fork, RelFile } from '../../engine/base/block.js';
import { OpenFiles } from '../../engine/storage/open-files.js';
import { RelationFiles } from '../../engine/storage/relation-files.js';
import { relationPath } from '../../engine/storage/relation-paths.js';
import type { SyncRequest } from '../../engine/storage/sync-queue.js';
import type { SyncRequests } from '../../engine/storage/sync.js';
import { oftenCheckpointed } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'F7',
  title: 'a file that is closed between a write and the checkpoint is no longer fsynced by it',
  precedent: 'RocksDB 7.6.0',
  tier: 'power',
  invariants: ['durability', 'atomicity', 'no-resurrection', 'serves-again', 'page-structure', 'recovery-idempotence'],
  powerFocus: oftenCheckpointed,
};

/** So few descriptors that files are closed in a small database, too. */
const MOST_OPEN_FILES = 3;

interface Relations {
  open: Files;
  context: { dataDirectory: string };
  sync: SyncRequests;
}

interface Files {
  limit: number;
  written?: Map<string, { request: SyncRequest; sync: SyncRequests }>;
}

export function install(): void {
  replaceMethod(
    RelationFiles,
    'requestSync',
    (original: (file: RelFile, fork: Fork, segment: number, fd: number) => void) =>
      function (this: Relations, file, fork, segment, fd) {
        const path = `${this.context.dataDirectory}/${relationPath(file, fork, segment)}`;
        const request: SyncRequest = { ...file, fork, segment, kind: 'forget' };
        (this.open.written ??= new Map()).set(path, { request, sync: this.sync });
        original.call(this, file, fork, segment, fd);
      },
  );
  replaceMethod(
    OpenFiles,
    'close',
    (original: (path: string) => void) =>
      function (this: Files, path) {
        original.call(this, path);
        const written = this.written?.get(path);
        this.written?.delete(path);
        written?.sync.announce(written.request);
      },
  );
  replaceMethod(
    OpenFiles,
    'get',
    (original: (path: string, mode: string) => number) =>
      function (this: Files, path, mode) {
        this.limit = MOST_OPEN_FILES;
        return original.call(this, path, mode);
      },
  );
}
