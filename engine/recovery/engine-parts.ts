import type { Access } from '../access/access.js';
import type { Storage } from '../storage/storage.js';
import type { Wal } from '../wal/wal.js';

/** The layers below, of one process's engine. */
export interface EngineParts {
  readonly wal: Wal;
  readonly storage: Storage;
  readonly access: Access;
}
