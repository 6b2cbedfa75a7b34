import type { Oid, Tid } from '../../base/block.js';
import type { Xid } from '../../base/xid.js';

/** What a scan leaves in a table's system slot when the query asks for it. */
export interface SystemColumns {
  readonly tableoid: Oid;
  readonly ctid: Tid;
  readonly xmin: Xid;
  readonly xmax: Xid;
  readonly cmin: number;
  readonly cmax: number;
}
