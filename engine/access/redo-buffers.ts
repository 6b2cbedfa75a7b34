import { formatRelFile, sameRelFile, type BlockNumber, type Fork, type RelFile } from '../base/block.js';
import { assert, panic } from '../base/errors.js';
import { SqlState } from '../base/sqlstate.js';
import type { EngineContext } from '../memory/context.js';
import type { BufferManager } from '../storage/buffers/buffer-manager.js';
import type { BufferId } from '../storage/buffers/descriptors.js';
import { isNew, pageLsn, setPageLsn } from '../storage/page/page.js';
import { relationPath } from '../storage/relation-paths.js';
import type { Storage } from '../storage/storage.js';
import type { DecodedBlock, WalRecord } from '../wal/record.js';
import { KnownSizes } from './known-sizes.js';
import type { CommitLog } from './transactions/commit-log.js';
import type { TransactionIds } from './transactions/transaction-ids.js';
import type { TwoPhaseRecovery } from './two-phase/two-phase-recovery.js';
import { VisibilityMap } from './visibility-map/visibility-map.js';

/**
 * How redo gets at pages (access/transam/xlogutils.c).
 *
 * A page in memory or on disk may be older or newer than the record: its LSN tells whether the change is already in it.
 * A page with a full-page image needs no look: the image is the whole truth.
 */
export type RedoAction =
  /** Locked: apply the change, then `finish`. */
  | 'needs-redo'
  /** Locked: the page has this change already. */
  | 'already-done'
  /** Locked: the image has been put in place. */
  | 'restored'
  /** There is no such page; it must turn out to have been dropped or truncated later. `buffer` is -1. */
  | 'not-found';

export interface RedoBuffer {
  readonly action: RedoAction;
  /** Pinned and exclusively locked; -1 when not found. */
  readonly buffer: BufferId;
}

/** What redo of any record may touch. The startup process has one. */
export class RedoContext {
  readonly invalidPages = new InvalidPages();
  readonly knownSizes = new KnownSizes();
  readonly visibilityMap: VisibilityMap;

  constructor(
    readonly context: EngineContext,
    readonly storage: Storage,
    readonly commitLog: CommitLog,
    readonly ids: TransactionIds,
    readonly twoPhase: TwoPhaseRecovery,
  ) {
    this.visibilityMap = new VisibilityMap(storage);
  }

  /** The page that block `id` of the record is about. */
  readBuffer(record: WalRecord, id: number): RedoBuffer {
    const block = blockOf(record, id);
    if (block.applyImage) return { action: 'restored', buffer: this.restore(record, block) };
    const buffer = this.existing(block);
    if (buffer < 0) return { action: 'not-found', buffer };
    this.storage.buffers.lock(buffer, 'exclusive');
    const isDone = record.endLsn <= pageLsn(this.page(buffer));
    return { action: isDone ? 'already-done' : 'needs-redo', buffer };
  }

  /** The page, zeroed and locked, for a record that makes it anew. */
  initialise(record: WalRecord, id: number): BufferId {
    const block = blockOf(record, id);
    assert(block.willInit, () => `block ${id} of the record at ${record.lsn} is not made anew`);
    const buffer = this.zeroed(block);
    this.page(buffer).fill(0);
    return buffer;
  }

  get buffers(): BufferManager {
    return this.storage.buffers;
  }

  /** At the end of recovery: PANIC when a page that never existed was not dropped either. */
  checkInvalidPages(): void {
    this.invalidPages.check();
  }

  page(buffer: BufferId): Buffer {
    return this.storage.buffers.page(buffer);
  }

  /** The change is in the page: its LSN says so from now on. Keeps lock and pin. */
  finish(buffer: BufferId, record: WalRecord): void {
    setPageLsn(this.page(buffer), record.endLsn);
    this.storage.buffers.markDirty(buffer);
  }

  release(buffer: BufferId): void {
    if (buffer >= 0) this.storage.buffers.unlockRelease(buffer);
  }

  /** Reads block `id`, lets `change` alter the page if it has to, and releases it. */
  apply(record: WalRecord, id: number, change: (page: Buffer, block: DecodedBlock) => void): void {
    const { action, buffer } = this.readBuffer(record, id);
    if (action === 'needs-redo') {
      change(this.page(buffer), blockOf(record, id));
      this.finish(buffer, record);
    }
    this.release(buffer);
  }

  /** Removes a dropped relation's pages and files, as the end of its transaction says. */
  dropRelations(files: readonly RelFile[]): void {
    if (files.length === 0) return;
    this.storage.buffers.dropRelation(files);
    this.knownSizes.forget();
    for (const file of files) {
      this.invalidPages.forget(file, undefined, 0);
      this.storage.files.unlink(file, { redo: true });
    }
  }

  private restore(record: WalRecord, block: DecodedBlock): BufferId {
    const buffer = this.zeroed(block);
    const page = this.page(buffer);
    block.restoreImage(page);
    if (isNew(page)) this.storage.buffers.markDirty(buffer);
    else this.finish(buffer, record);
    return buffer;
  }

  /** The block's buffer, pinned; -1, and remembered, when the file does not have it. */
  private existing({ file, fork, block }: DecodedBlock): BufferId {
    const { buffers } = this.storage;
    if (!this.hasBlock(file, fork, block)) {
      this.invalidPages.add(file, fork, block, 'does not exist');
      return -1;
    }
    const buffer = buffers.read(file, fork, block);
    if (!isNew(buffers.page(buffer))) return buffer;
    buffers.release(buffer);
    this.invalidPages.add(file, fork, block, 'is uninitialized');
    return -1;
  }

  /** The block's buffer, pinned and locked; the file grows up to it. What the page held does not matter. */
  private zeroed({ file, fork, block }: DecodedBlock): BufferId {
    const { buffers } = this.storage;
    if (this.hasBlock(file, fork, block)) return buffers.read(file, fork, block, 'zero-and-lock');
    for (;;) {
      const buffer = buffers.extend(file, fork);
      if (buffers.blockOf(buffer) === block) {
        this.knownSizes.learn(file, fork, block + 1);
        return buffer;
      }
      buffers.unlockRelease(buffer);
    }
  }

  /** Is the fork long enough? Makes its file when there is none: a record that comes later may have removed it. */
  private hasBlock(file: RelFile, fork: Fork, block: BlockNumber): boolean {
    if (this.knownSizes.has(file, fork, block)) return true;
    const { files, buffers } = this.storage;
    if (!files.exists(file, fork)) files.create(file, fork, { redo: true });
    const blocks = buffers.blocks(file, fork);
    this.knownSizes.learn(file, fork, blocks);
    return block < blocks;
  }
}

/** The record's reference with that id. */
export function blockOf(record: WalRecord, id: number): DecodedBlock {
  for (const block of record.blocks) if (block.id === id) return block;
  assert(false, `the record at ${record.lsn} has no block ${id}`);
}

interface InvalidPage {
  readonly file: RelFile;
  readonly fork: Fork;
  readonly block: BlockNumber;
  readonly problem: string;
}

/**
 * Pages that records refer to and that do not exist. A later record of the log must drop or truncate their relation:
 * replay starts in the past, and the files are from a later time. One that is left at the end is a PANIC.
 */
export class InvalidPages {
  private readonly pages = new Map<string, InvalidPage>();

  get count(): number {
    return this.pages.size;
  }

  add(file: RelFile, fork: Fork, block: BlockNumber, problem: string): void {
    this.pages.set(`${formatRelFile(file)}/${fork}/${block}`, { file, fork, block, problem });
  }

  /** The relation lost its blocks from `firstBlock` on; `fork` undefined means all forks. */
  forget(file: RelFile, fork: Fork | undefined, firstBlock: number): void {
    for (const [key, page] of this.pages) {
      const isFork = fork === undefined || page.fork === fork;
      if (isFork && page.block >= firstBlock && sameRelFile(page.file, file)) this.pages.delete(key);
    }
  }

  forgetDatabase(database: number): void {
    for (const [key, page] of this.pages) if (page.file.database === database) this.pages.delete(key);
  }

  /** At the end of recovery. */
  check(): void {
    if (this.pages.size === 0) return;
    const details = [...this.pages.values()].map(
      ({ file, fork, block, problem }) => `page ${block} of relation ${relationPath(file, fork)} ${problem}`,
    );
    throw panic(SqlState.dataCorrupted, 'WAL contains references to invalid pages', { detail: details.join('\n') });
  }
}
