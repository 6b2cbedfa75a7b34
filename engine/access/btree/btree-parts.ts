import type { EngineContext } from '../../memory/context.js';
import type { Storage } from '../../storage/storage.js';
import type { Wal } from '../../wal/wal.js';
import type { TransactionIds } from '../transactions/transaction-ids.js';
import type { Transactions } from '../transactions/transactions.js';
import type { Heap } from '../heap/heap.js';

/** What the B-tree works with. */
export interface BTreeParts {
  readonly context: EngineContext;
  readonly wal: Wal;
  readonly storage: Storage;
  readonly transactions: Transactions;
  readonly ids: TransactionIds;
  /** Are the rows there that entries are about? */
  readonly heap: Pick<Heap, 'presence' | 'fetchFromIndex' | 'await'>;
}
