import { INVALID_LSN } from '../../engine/base/lsn.js';
import { BufferManager } from '../../engine/storage/buffers/buffer-manager.js';
import type { PowerConfig } from '../runner/power/power-config.js';
import { oftenCheckpointed } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'W3',
  title: 'hint bits are set without a full-page image: a torn write of the page breaks its checksum for good',
  precedent: 'PostgreSQL 50e5470',
  tier: 'power',
  invariants: ['serves-again', 'page-structure'],
  powerFocus,
};

/** Rows that were written before a checkpoint are read after it, and the pages leave the few buffers. */
function powerFocus(config: PowerConfig): PowerConfig {
  return {
    ...oftenCheckpointed(config),
    workload: 'mix',
    transactionsPerClient: 50,
    settings: { ...config.settings, shared_buffers: 16 },
  };
}

export function install(): void {
  replaceMethod(BufferManager, 'logImage', () => () => INVALID_LSN);
}
