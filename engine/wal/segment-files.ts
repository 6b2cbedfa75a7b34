import { assert, errnoOf } from '../base/errors.js';
import type { TimelineId } from '../base/lsn.js';
import type { EngineContext } from '../memory/context.js';
import { lwLockIds } from '../memory/lwlock-table.js';
import type { FileDescriptor, Files } from '../os/os.js';
import { attempting } from './io-errors.js';
import { WAL_DIRECTORY, walFileName } from './segment-names.js';

/**
 * The log's segment files: made whole before they get their name.
 *
 * A segment is written full of zeros under a temporary name, fsynced, renamed, and its directory fsynced. Renaming and
 * opening exclude each other (lock WalSegments): a process that finds a segment may rely on its name being durable.
 */
const TEMPORARY_PREFIX = 'xlogtemp.';
const ZEROS_BYTES = 1024 * 1024;

/** Creates `path` with `bytes` zero bytes and fsyncs it. Leaves nothing behind when it fails. */
export function writeZeroFile(files: Files, path: string, bytes: number): void {
  const zeros = Buffer.alloc(Math.min(ZEROS_BYTES, bytes));
  const fd = attempting(`create file "${path}"`, () => files.open(path, 'create'));
  try {
    attempting(`write to file "${path}"`, () => {
      for (let at = 0; at < bytes; at += zeros.length)
        files.pwrite(fd, zeros, 0, Math.min(zeros.length, bytes - at), at);
    });
    attempting(`fsync file "${path}"`, () => files.fsync(fd));
  } catch (thrown) {
    files.close(fd);
    files.unlink(path);
    throw thrown;
  }
  files.close(fd);
}

export class SegmentFiles {
  private readonly files: Files;
  readonly directory: string;

  constructor(
    private readonly context: EngineContext,
    private readonly segmentBytes: number,
  ) {
    this.files = context.os.files;
    this.directory = `${context.dataDirectory}/${WAL_DIRECTORY}`;
  }

  path(timeline: TimelineId, segment: number): string {
    return `${this.directory}/${walFileName(timeline, segment, this.segmentBytes)}`;
  }

  /** Opens a segment for writing and makes it first when there is none (XLogFileInit). */
  open(timeline: TimelineId, segment: number): FileDescriptor {
    const existing = this.openExisting(timeline, segment);
    if (existing !== undefined) return existing;
    this.prepare(timeline, segment);
    const made = this.openExisting(timeline, segment);
    assert(made !== undefined, () => `segment ${this.path(timeline, segment)} vanished`);
    return made;
  }

  /** Makes the segment unless it is there; true when it was made. */
  prepare(timeline: TimelineId, segment: number): boolean {
    if (this.files.stat(this.path(timeline, segment)) !== undefined) return false;
    const temporary = `${this.directory}/${TEMPORARY_PREFIX}${this.context.os.processes.pid}`;
    writeZeroFile(this.files, temporary, this.segmentBytes);
    const isInstalled = this.install(temporary, timeline, segment, segment) !== undefined;
    if (!isInstalled) attempting(`remove file "${temporary}"`, () => this.files.unlink(temporary));
    return isInstalled;
  }

  /**
   * Renames `from` to the first free segment of [first, last], durably, and returns which; undefined when all are taken
   * (InstallXLogFileSegment).
   */
  install(from: string, timeline: TimelineId, first: number, last: number): number | undefined {
    return this.context.memory.lwlocks.with(lwLockIds.WalSegments, 'exclusive', () => {
      for (let segment = first; segment <= last; segment++) {
        const path = this.path(timeline, segment);
        if (this.files.stat(path) !== undefined) continue;
        attempting(`rename file "${from}" to "${path}"`, () => this.files.rename(from, path));
        this.fsyncDirectory();
        return segment;
      }
      return undefined;
    });
  }

  remove(path: string): void {
    attempting(`remove file "${path}"`, () => this.files.unlink(path));
    this.fsyncDirectory();
  }

  list(): string[] {
    return attempting(`open directory "${this.directory}"`, () => this.files.readdir(this.directory));
  }

  fsyncDirectory(): void {
    attempting(`fsync file "${this.directory}"`, () => this.files.fsyncDirectory(this.directory));
  }

  /** Removes what a crash left of half-made segments. */
  removeTemporary(): void {
    for (const name of this.list()) {
      if (name.startsWith(TEMPORARY_PREFIX)) this.remove(`${this.directory}/${name}`);
    }
  }

  private openExisting(timeline: TimelineId, segment: number): FileDescriptor | undefined {
    const path = this.path(timeline, segment);
    return this.context.memory.lwlocks.with(lwLockIds.WalSegments, 'shared', () =>
      attempting(`open file "${path}"`, () => {
        try {
          return this.files.open(path, 'read-write');
        } catch (thrown) {
          if (errnoOf(thrown) === 'ENOENT') return undefined;
          throw thrown;
        }
      }),
    );
  }
}
