import { join } from 'node:path';
import { BLOCK_BYTES, Fork, type BlockNumber, type RelFile } from '../base/block.js';
import { error, errnoOf } from '../base/errors.js';
import { SqlState } from '../base/sqlstate.js';
import type { EngineContext } from '../memory/context.js';
import type { FileDescriptor, OpenMode } from '../os/os.js';
import { fileError } from './file-errors.js';
import { FileGeneration } from './file-generation.js';
import { OpenFiles } from './open-files.js';
import { FORKS, SEGMENT_BLOCKS, databaseDirectory, relationPath } from './relation-paths.js';
import type { SyncRequests } from './sync.js';

/**
 * Relations as files (storage/smgr/md.c): each fork a row of segments of 1 GB. All but the last with blocks are full;
 * behind it there may be empty ones, left by a truncation.
 *
 * Nothing here is durable by itself: every change asks SyncRequests for an fsync by the next checkpoint, of the file
 * and, where a name was added or removed, of its directory.
 */
const MAX_OPEN_FILES = 500;

export interface RedoOption {
  /** In recovery: what is already there, or already gone, is no error. */
  readonly redo?: boolean;
}

export class RelationFiles {
  private readonly open: OpenFiles;
  private readonly generation: FileGeneration;

  constructor(
    private readonly context: EngineContext,
    private readonly sync: SyncRequests,
  ) {
    this.open = new OpenFiles(context.os.files, MAX_OPEN_FILES);
    this.generation = new FileGeneration(context.memory.arena);
  }

  exists(file: RelFile, fork: Fork): boolean {
    return this.segmentExists(file, fork, 0);
  }

  /** Makes an empty file. Raises 58P02 when it exists, unless in redo; redo also makes a missing database directory. */
  create(file: RelFile, fork: Fork, { redo = false }: RedoOption = {}): void {
    const path = relationPath(file, fork);
    this.open.close(this.absolute(path));
    try {
      this.openPath(path, redo ? 'create' : 'create-exclusive');
    } catch (thrown) {
      if (!redo || errnoOf(thrown) !== 'ENOENT') throw fileError('ERROR', `create file "${path}"`, thrown);
      this.makeDirectory(databaseDirectory(file.tablespace, file.database));
      this.segmentFd(file, fork, 0, 'create');
    }
    this.nameAdded(file, fork, 0);
  }

  /** The fork's size in blocks; a partial block at the end is not counted. Raises 58P01 when there is no file. */
  blocks(file: RelFile, fork: Fork): number {
    for (let segment = 0; ; segment++) {
      const blocks = this.segmentBlocks(file, fork, segment);
      if (blocks < SEGMENT_BLOCKS) return segment * SEGMENT_BLOCKS + blocks;
    }
  }

  /** Reads one block into `target` (8192 bytes). Raises XX001 when the file ends before it does. */
  read(file: RelFile, fork: Fork, block: BlockNumber, target: Buffer): void {
    const fd = this.blockFd(file, fork, block, 'read-write');
    const count = this.attempt(`read block ${block} in`, file, fork, block, () =>
      this.context.os.files.pread(fd, target, 0, BLOCK_BYTES, positionOf(block)),
    );
    if (count === BLOCK_BYTES) return;
    throw error(
      SqlState.dataCorrupted,
      `could not read block ${block} in file "${this.blockPath(file, fork, block)}": read only ${count} of ${BLOCK_BYTES} bytes`,
    );
  }

  /** Writes a block that exists. `skipSync`: the caller makes it durable itself, with `syncNow`. */
  write(file: RelFile, fork: Fork, block: BlockNumber, source: Buffer, { skipSync = false } = {}): void {
    const fd = this.blockFd(file, fork, block, 'read-write');
    this.attempt(`write block ${block} in`, file, fork, block, () =>
      this.context.os.files.pwrite(fd, source, 0, BLOCK_BYTES, positionOf(block)),
    );
    if (!skipSync) this.requestSync(file, fork, segmentOf(block), fd);
  }

  /** Writes the block behind the last one, in a new segment file where one begins. */
  extend(file: RelFile, fork: Fork, block: BlockNumber, source: Buffer, { skipSync = false } = {}): void {
    const segment = segmentOf(block);
    const startsSegment = segment > 0 && block % SEGMENT_BLOCKS === 0;
    const fd = this.blockFd(file, fork, block, startsSegment ? 'create' : 'read-write');
    this.attempt('extend', file, fork, block, () =>
      this.context.os.files.pwrite(fd, source, 0, BLOCK_BYTES, positionOf(block)),
    );
    if (startsSegment) this.nameAdded(file, fork, segment);
    else if (!skipSync) this.requestSync(file, fork, segment, fd);
  }

  /** Cuts the fork to `blocks`; does nothing when it is not longer. Segments behind stay, empty. */
  truncate(file: RelFile, fork: Fork, blocks: number): void {
    const current = this.blocks(file, fork);
    if (blocks >= current) return;
    // From the end, so that a crash in between leaves full segments before a shorter one.
    for (let segment = segmentOf(current - 1); segment >= segmentOf(blocks); segment--) {
      const keep = Math.max(0, blocks - segment * SEGMENT_BLOCKS);
      const fd = this.segmentFd(file, fork, segment, 'read-write');
      this.attempt(`truncate to ${blocks} blocks`, file, fork, segment * SEGMENT_BLOCKS, () =>
        this.context.os.files.ftruncate(fd, keep * BLOCK_BYTES),
      );
      this.requestSync(file, fork, segment, fd);
    }
    this.generation.filesChanged();
  }

  /** Changes when any process has removed or cut files: what was known of where they end may be wrong then. */
  get fileGeneration(): number {
    return this.generation.current;
  }

  /**
   * Removes all forks of a dropped relation. The first segment of the main fork only becomes empty and goes after the
   * next checkpoint: until then its name keeps the number from being used again, which replay could not tell apart.
   * A file that cannot be removed now is left to the next checkpoint: the transaction that dropped it has ended. In redo,
   * where the next record may make the same name again, that is an error.
   */
  unlink(file: RelFile, { redo = false }: RedoOption = {}): void {
    for (const fork of FORKS) {
      for (let segment = 0; ; segment++) {
        if (!this.removeSegment(file, fork, segment, redo) && segment > 0) break;
      }
    }
    this.generation.filesChanged();
  }

  /** Makes every segment of a fork durable now. PANIC when an fsync fails. */
  syncNow(file: RelFile, fork: Fork): void {
    if (!this.context.settings.get('fsync')) return;
    for (let segment = 0; segment === 0 || this.segmentExists(file, fork, segment); segment++) {
      this.fsync(relationPath(file, fork, segment), this.segmentFd(file, fork, segment, 'read-write'));
    }
    this.fsyncDirectory(databaseDirectory(file.tablespace, file.database));
  }

  closeAll(): void {
    this.open.closeAll();
  }

  private removeSegment(file: RelFile, fork: Fork, segment: number, redo: boolean): boolean {
    const path = relationPath(file, fork, segment);
    this.open.close(this.absolute(path));
    // Emptied first: a descriptor another process still has open must not keep the space.
    if (!this.empty(path, redo)) return false;
    const { tablespace, database, relation } = file;
    const request = { tablespace, database, relation, fork, segment };
    const waits = fork === Fork.main && segment === 0 && !redo;
    if (!waits) this.sync.announce({ ...request, kind: 'forget' });
    if (waits || !this.unlinkPath(path, redo)) {
      this.sync.announce({ ...request, kind: 'unlink' });
      // Where nothing can be removed it would seem that there is always one more.
      return segment === 0;
    }
    this.requestDirectorySync(file);
    return true;
  }

  /** Is the name gone? Raises an error in redo when it is not. */
  private unlinkPath(path: string, redo: boolean): boolean {
    try {
      this.context.os.files.unlink(this.absolute(path));
      return true;
    } catch (thrown) {
      if (errnoOf(thrown) === 'ENOENT') return true;
      if (redo) throw fileError('ERROR', `remove file "${path}"`, thrown);
      return false;
    }
  }

  /** False when there is no such file. One that cannot be emptied keeps its space until it is removed. */
  private empty(path: string, redo: boolean): boolean {
    const { files } = this.context.os;
    try {
      const fd = files.open(this.absolute(path), 'read-write');
      try {
        files.ftruncate(fd, 0);
      } finally {
        files.close(fd);
      }
      return true;
    } catch (thrown) {
      if (errnoOf(thrown) === 'ENOENT') return false;
      if (redo) throw fileError('ERROR', `truncate file "${path}"`, thrown);
      return true;
    }
  }

  private segmentBlocks(file: RelFile, fork: Fork, segment: number): number {
    if (segment > 0 && !this.segmentExists(file, fork, segment)) return 0;
    const fd = this.segmentFd(file, fork, segment, 'read-write');
    const status = this.attempt('stat', file, fork, segment * SEGMENT_BLOCKS, () => this.context.os.files.fstat(fd));
    return Math.floor(status.bytes / BLOCK_BYTES);
  }

  private segmentExists(file: RelFile, fork: Fork, segment: number): boolean {
    const path = this.absolute(relationPath(file, fork, segment));
    const block = segment * SEGMENT_BLOCKS;
    return this.attempt('stat', file, fork, block, () => this.context.os.files.stat(path)) !== undefined;
  }

  private blockFd(file: RelFile, fork: Fork, block: BlockNumber, mode: OpenMode): FileDescriptor {
    return this.segmentFd(file, fork, segmentOf(block), mode);
  }

  private segmentFd(file: RelFile, fork: Fork, segment: number, mode: OpenMode): FileDescriptor {
    const path = relationPath(file, fork, segment);
    try {
      return this.openPath(path, mode);
    } catch (thrown) {
      throw fileError('ERROR', `open file "${path}"`, thrown);
    }
  }

  private openPath(path: string, mode: OpenMode): FileDescriptor {
    if (this.generation.hasChanged()) this.open.closeAll();
    return this.open.get(this.absolute(path), mode);
  }

  private nameAdded(file: RelFile, fork: Fork, segment: number): void {
    this.requestSync(file, fork, segment, this.segmentFd(file, fork, segment, 'read-write'));
    this.requestDirectorySync(file);
  }

  private requestSync(file: RelFile, fork: Fork, segment: number, fd: FileDescriptor): void {
    const { tablespace, database, relation } = file;
    if (this.sync.requestSync({ kind: 'sync', tablespace, database, relation, fork, segment })) return;
    if (this.context.settings.get('fsync')) this.fsync(relationPath(file, fork, segment), fd);
  }

  private requestDirectorySync({ tablespace, database }: RelFile): void {
    if (this.sync.requestSync({ kind: 'sync-directory', tablespace, database, relation: 0, fork: 0, segment: 0 }))
      return;
    if (this.context.settings.get('fsync')) this.fsyncDirectory(databaseDirectory(tablespace, database));
  }

  private fsync(path: string, fd: FileDescriptor): void {
    try {
      this.context.os.files.fsync(fd);
    } catch (thrown) {
      throw fileError('PANIC', `fsync file "${path}"`, thrown);
    }
  }

  /** Makes a directory unless it exists, and its name durable. */
  private makeDirectory(directory: string): void {
    const { files } = this.context.os;
    try {
      files.mkdir(this.absolute(directory));
    } catch (thrown) {
      if (errnoOf(thrown) !== 'EEXIST') throw fileError('ERROR', `create directory "${directory}"`, thrown);
    }
    this.fsyncDirectory(join(directory, '..'));
  }

  private fsyncDirectory(directory: string): void {
    try {
      this.context.os.files.fsyncDirectory(this.absolute(directory));
    } catch (thrown) {
      throw fileError('PANIC', `fsync file "${directory}"`, thrown);
    }
  }

  private attempt<T>(doing: string, file: RelFile, fork: Fork, block: number, call: () => T): T {
    try {
      return call();
    } catch (thrown) {
      throw fileError('ERROR', `${doing} file "${this.blockPath(file, fork, block)}"`, thrown);
    }
  }

  private blockPath(file: RelFile, fork: Fork, block: number): string {
    return relationPath(file, fork, segmentOf(block));
  }

  private absolute(path: string): string {
    return `${this.context.dataDirectory}/${path}`;
  }
}

function segmentOf(block: number): number {
  return Math.floor(block / SEGMENT_BLOCKS);
}

function positionOf(block: number): number {
  return (block % SEGMENT_BLOCKS) * BLOCK_BYTES;
}
