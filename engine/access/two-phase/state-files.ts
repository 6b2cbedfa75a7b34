import { setU32, u32 } from '../../base/bytes.js';
import { crc32c } from '../../base/crc32c.js';
import { errnoOf, error, panic } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Xid } from '../../base/xid.js';
import type { EngineContext } from '../../memory/context.js';
import { readWholeFile, writeWholeFile } from '../../os/whole-file.js';
import { fileError } from '../../storage/file-errors.js';
import { align8 } from '../../wal/record-format.js';
import { CRC_BYTES, HEADER_BYTES, hasStateHeader } from './state-format.js';

const DIRECTORY = 'pg_twophase';
const UNFINISHED = '.tmp';
const SMALLEST_BYTES = HEADER_BYTES + 8 + 8 + CRC_BYTES;

/**
 * The files `pg_twophase/000002BC`, by transaction id: states of transactions that were prepared before the last
 * checkpoint, when WAL no longer vouches for them.
 */
export class StateFiles {
  private readonly directory: string;

  constructor(private readonly context: EngineContext) {
    this.directory = `${context.dataDirectory}/${DIRECTORY}`;
  }

  /** The transactions that have one. */
  list(): Xid[] {
    const names = this.context.os.files.readdir(this.directory).filter((name) => /^[0-9A-F]{8}$/.test(name));
    return names.map((name) => parseInt(name, 16) as Xid);
  }

  /**
   * Durable when it returns, but for its name: see `syncDirectory`. The file gets its name only when all of it is on disk: a
   * crash before the checkpoint's end may leave the name behind, and the next start must be able to believe the file.
   */
  write(xid: Xid, state: Buffer): void {
    const { files } = this.context.os;
    const content = Buffer.alloc(state.length + CRC_BYTES);
    state.copy(content);
    setU32(content, state.length, crc32c(state));
    try {
      writeWholeFile(files, this.unfinishedPathOf(xid), content, (fd) => this.sync(fd, xid));
      files.rename(this.unfinishedPathOf(xid), this.pathOf(xid));
    } catch (cause) {
      throw fileError('ERROR', `write file "${nameOf(xid)}"`, cause);
    }
  }

  /** What crashes left of files that were being written. */
  removeUnfinished(): void {
    for (const name of this.context.os.files.readdir(this.directory)) {
      if (name.endsWith(UNFINISHED)) this.unlink(`${this.directory}/${name}`);
    }
  }

  /** The state, believed only when size, magic number and checksum are right. */
  read(xid: Xid): Buffer {
    const content = this.readWhole(xid);
    const name = nameOf(xid);
    if (content.length < SMALLEST_BYTES) throw damaged(`incorrect size of file "${name}": ${content.length} bytes`);
    const stateBytes = content.length - CRC_BYTES;
    if (stateBytes !== align8(stateBytes)) throw damaged(`incorrect alignment of CRC offset for file "${name}"`);
    const { magic, totalBytes } = hasStateHeader(content);
    if (!magic) throw damaged(`invalid magic number stored in file "${name}"`);
    if (totalBytes !== content.length) throw damaged(`invalid size stored in file "${name}"`);
    if (crc32c(content, 0, stateBytes) !== u32(content, stateBytes)) {
      throw damaged(`calculated CRC checksum does not match value stored in file "${name}"`);
    }
    return content.subarray(0, stateBytes);
  }

  /** One that cannot be removed, or comes back after a crash, is found stale at the next start. */
  remove(xid: Xid): void {
    this.unlink(this.pathOf(xid));
  }

  /** Makes names that came and went durable. */
  syncDirectory(): void {
    this.durably(DIRECTORY, () => this.context.os.files.fsyncDirectory(this.directory));
  }

  private unlink(path: string): void {
    try {
      this.context.os.files.unlink(path);
    } catch (thrown) {
      if (errnoOf(thrown) === undefined) throw thrown;
    }
  }

  private sync(fd: number, xid: Xid): void {
    this.durably(nameOf(xid), () => this.context.os.files.fsync(fd));
  }

  /** What the kernel could not write once it does not try again: so a failure is a PANIC. */
  private durably(name: string, sync: () => void): void {
    try {
      sync();
    } catch (cause) {
      throw panic(SqlState.ioError, `could not fsync file "${name}": ${(cause as Error).message}`, { cause });
    }
  }

  private readWhole(xid: Xid): Buffer {
    try {
      return readWholeFile(this.context.os.files, this.pathOf(xid));
    } catch (cause) {
      throw fileError('ERROR', `read file "${nameOf(xid)}"`, cause);
    }
  }

  private pathOf(xid: Xid): string {
    return `${this.context.dataDirectory}/${nameOf(xid)}`;
  }

  private unfinishedPathOf(xid: Xid): string {
    return this.pathOf(xid) + UNFINISHED;
  }
}

function nameOf(xid: Xid): string {
  return `${DIRECTORY}/${xid.toString(16).toUpperCase().padStart(8, '0')}`;
}

function damaged(message: string): Error {
  return error(SqlState.dataCorrupted, message);
}
