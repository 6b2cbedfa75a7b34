import { checkRelationPage, hasItems } from '../../../engine/access/relation-page.js';
import { BLOCK_BYTES } from '../../../engine/base/block.js';
import { crc32c } from '../../../engine/base/crc32c.js';
import { formatLsn } from '../../../engine/base/lsn.js';
import { xidOf, epochOf } from '../../../engine/base/xid.js';
import { CONTROL_CRC_AT, CONTROL_DATA_BYTES, decodeControlFile } from '../../../engine/recovery/control-file-format.js';
import { CONTROL_FILE } from '../../../engine/recovery/control-file.js';
import {
  ItemState,
  freeSpace,
  isNew,
  itemState,
  maxOffset,
  pageChecksum,
  pageLsn,
  storedChecksum,
} from '../../../engine/storage/page/page.js';
import { SEGMENT_BLOCKS, isRelationFile } from '../../../engine/storage/relation-paths.js';
import { WalDescriber } from './describe-wal.js';

const WAL_SEGMENT = /^pg_wal\/([0-9A-F]{24})$/;
const STATE_NAMES = ['unused', 'normal', 'redirected', 'dead'];

/** Says what the bytes written to a data directory mean, write after write. Works for PostgreSQL 15's files, too. */
export class BytesDescriber {
  private readonly wal = new WalDescriber();

  /** Takes note of what a file held before the first write. */
  learn(path: string, contents: Buffer): void {
    const segment = WAL_SEGMENT.exec(path);
    if (segment) this.wal.describe(segment[1], 0, contents);
  }

  /** `path` is relative to the data directory. */
  describe(path: string, offset: number, data: Buffer): string[] {
    const segment = WAL_SEGMENT.exec(path);
    if (segment) return this.wal.describe(segment[1], offset, data);
    if (path === CONTROL_FILE) return [describeControlFile(offset, data)];
    return isRelationFile(path) ? describePages(path, offset, data) : [];
  }
}

function describeControlFile(offset: number, data: Buffer): string {
  if (offset !== 0 || data.length < CONTROL_DATA_BYTES) return 'part of the control file';
  const isRight = crc32c(data, 0, CONTROL_CRC_AT) === data.readUInt32LE(CONTROL_CRC_AT);
  const { state, checkPoint, checkPointCopy: copy } = decodeControlFile(data);
  return (
    `${state}, checkpoint ${formatLsn(checkPoint)}, redo ${formatLsn(copy.redo)}, ` +
    `next xid ${epochOf(copy.nextXid)}:${xidOf(copy.nextXid)}, timeline ${copy.timeline}, ` +
    `checksum ${isRight ? 'right' : 'WRONG'}`
  );
}

function describePages(path: string, offset: number, data: Buffer): string[] {
  if (offset % BLOCK_BYTES !== 0) return ['part of a page'];
  const segment = Number(path.split('.')[1] ?? 0);
  const isMainFork = /\/\d+(\.\d+)?$/.test(path);
  return Array.from({ length: Math.ceil(data.length / BLOCK_BYTES) }, (_, index) => {
    const page = data.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES);
    const block = offset / BLOCK_BYTES + index + segment * SEGMENT_BLOCKS;
    return `block ${block}: ${page.length < BLOCK_BYTES ? 'part of a page' : describePage(page, block, isMainFork)}`;
  });
}

function describePage(page: Buffer, block: number, isMainFork: boolean): string {
  const problems = checkRelationPage(page);
  if (isNew(page)) return ['new', ...problems].join(', ');
  const isRight = storedChecksum(page) === pageChecksum(page, block);
  const head = [`lsn ${formatLsn(pageLsn(page))}`, `checksum ${isRight ? 'right' : 'WRONG'}`];
  if (!isMainFork) return head.join(', ');
  if (problems.length > 0) return [...head, ...problems].join(', ');
  if (!hasItems(page)) return [...head, 'no items'].join(', ');
  return [...head, describeItems(page), `${freeSpace(page)} bytes free`].join(', ');
}

/** `12 line pointers (10 normal, 2 dead)` */
function describeItems(page: Buffer): string {
  const counts = STATE_NAMES.map(() => 0);
  const last = maxOffset(page);
  for (let number = 1; number <= last; number++) counts[itemState(page, number)]++;
  const states = STATE_NAMES.flatMap((name, state) => (counts[state] > 0 ? [`${counts[state]} ${name}`] : []));
  const isPlain = counts[ItemState.normal] === last;
  return `${last} line pointers${isPlain ? '' : ` (${states.join(', ')})`}`;
}
