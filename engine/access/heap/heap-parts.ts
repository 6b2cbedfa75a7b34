import type { EngineContext } from '../../memory/context.js';
import type { Storage } from '../../storage/storage.js';
import type { Wal } from '../../wal/wal.js';
import type { Statistics } from '../statistics/statistics.js';
import type { Transactions } from '../transactions/transactions.js';
import type { VisibilityMap } from '../visibility-map/visibility-map.js';

/** What the heap works with. */
export interface HeapParts {
  readonly context: EngineContext;
  readonly wal: Wal;
  readonly storage: Storage;
  readonly transactions: Transactions;
  readonly statistics: Statistics;
  readonly visibilityMap: VisibilityMap;
}
