import {
  COMMIT_LOG_DIRECTORY,
  TransactionStatus,
  indexInPage,
  pageOf,
  statusIn,
} from '../../../engine/access/transactions/commit-log-format.js';
import { BLOCK_BYTES } from '../../../engine/base/block.js';
import type { Xid } from '../../../engine/base/xid.js';
import type { Os } from '../../../engine/os/os.js';
import type { Fate } from '../inspection.js';
import { readStored } from './stored-files.js';

const PAGES_PER_SEGMENT = 32;
const FATES: Readonly<Record<TransactionStatus, Fate>> = {
  [TransactionStatus.inProgress]: 'unended',
  [TransactionStatus.committed]: 'committed',
  [TransactionStatus.aborted]: 'aborted',
  [TransactionStatus.subCommitted]: 'unended',
};

/** The commit log in the files of a cluster that is not running. */
export class StoredCommitLog {
  /** Segments looked at, null where there is none. */
  private readonly segments = new Map<number, Buffer | null>();

  constructor(
    private readonly os: Pick<Os, 'files'>,
    private readonly dataDirectory: string,
  ) {}

  fateOf(xid: number): Fate {
    const page = pageOf(xid as Xid);
    const number = Math.floor(page / PAGES_PER_SEGMENT);
    const at = (page % PAGES_PER_SEGMENT) * BLOCK_BYTES;
    const segment = this.segment(number);
    if (!segment || segment.length < at + BLOCK_BYTES) return 'missing';
    return FATES[statusIn(segment.subarray(at, at + BLOCK_BYTES), indexInPage(xid as Xid))];
  }

  private segment(number: number): Buffer | null {
    let segment = this.segments.get(number);
    if (segment === undefined) this.segments.set(number, (segment = this.read(number)));
    return segment;
  }

  private read(number: number): Buffer | null {
    const name = number.toString(16).toUpperCase().padStart(4, '0');
    const directory = `${this.dataDirectory}/${COMMIT_LOG_DIRECTORY}`;
    const isThere = this.os.files.readdir(directory).includes(name);
    return isThere ? readStored(this.os, `${directory}/${name}`) : null;
  }
}
