import { createRequire } from 'node:module';
import { fatal } from '../base/errors.js';
import { SqlState } from '../base/sqlstate.js';
import type { Os } from './os.js';

/** What a library named in `shared_preload_libraries` may reach. It may replace the parts of `os`. */
export interface PreloadHost {
  readonly os: Os;
  /** `postmaster`, `checkpointer`, `backend`, ... */
  readonly processType: string;
}

export interface PreloadLibrary {
  install(host: PreloadHost): void | Promise<void>;
}

/** Loads each library of the comma-separated list and installs it. Raises FATAL 58P01 when one cannot be loaded. */
export async function preloadLibraries(paths: string, host: PreloadHost): Promise<void> {
  for (const path of paths
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)) {
    await load(path).install(host);
  }
}

function load(path: string): PreloadLibrary {
  try {
    return createRequire(path)(path) as PreloadLibrary; // import() does not exist inside a start-up image
  } catch (cause) {
    throw fatal(SqlState.undefinedFile, `could not load library "${path}": ${(cause as Error).message}`, { cause });
  }
}
