import type { Settings } from '../base/settings/settings.js';
import type { Os } from '../os/os.js';
import type { Interrupts } from './interrupts.js';
import type { Memory } from './memory.js';

/** What every layer of one process's engine is made with. */
export interface EngineContext {
  readonly os: Os;
  readonly memory: Memory;
  readonly settings: Settings;
  readonly interrupts: Interrupts;
  /** Absolute path of the data directory. */
  readonly dataDirectory: string;
}
