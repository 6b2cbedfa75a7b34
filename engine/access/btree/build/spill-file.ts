import { errnoOf } from '../../../base/errors.js';
import type { EngineContext } from '../../../memory/context.js';
import type { FileDescriptor } from '../../../os/os.js';
import { fileError } from '../../../storage/file-errors.js';
import { MAX_ENTRY_BYTES, tupleSize } from '../index-tuple.js';
import { currentTuple, type TupleStream } from './tuple-stream.js';

const DIRECTORY = 'base/pgsql_tmp';
const CHUNK_BYTES = 1 << 16;

/**
 * Sorted runs that memory had no room for, one after the other in a temporary file. The file loses its name at once: so
 * it goes with this process, whatever ends that.
 */
export class SpillFile {
  private fd: FileDescriptor | undefined;
  private end = 0;
  private readonly chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  private chunkUsed = 0;

  constructor(
    private readonly context: EngineContext,
    private readonly name: string,
  ) {}

  /** Writes all of a stream; the run's reader goes through it once. */
  write(stream: TupleStream): TupleStream {
    const start = this.end;
    while (stream.next()) {
      const tuple = currentTuple(stream);
      if (this.chunkUsed + tuple.length > CHUNK_BYTES) this.flush();
      this.chunkUsed += tuple.copy(this.chunk, this.chunkUsed);
    }
    this.flush();
    return new FileRun(this, start, this.end);
  }

  /** Reads up to the target's end; returns how much. */
  read(target: Buffer, at: number, bytes: number, position: number): number {
    return this.attempt('read from', () => this.context.os.files.pread(this.open(), target, at, bytes, position));
  }

  close(): void {
    if (this.fd !== undefined) this.context.os.files.close(this.fd);
    this.fd = undefined;
  }

  private flush(): void {
    this.attempt('write to', () => this.context.os.files.pwrite(this.open(), this.chunk, 0, this.chunkUsed, this.end));
    this.end += this.chunkUsed;
    this.chunkUsed = 0;
  }

  private open(): FileDescriptor {
    return (this.fd ??= this.attempt('create', () => this.create()));
  }

  private create(): FileDescriptor {
    const { files, processes } = this.context.os;
    const directory = `${this.context.dataDirectory}/${DIRECTORY}`;
    const path = `${directory}/pgsql_tmp${processes.pid}.${this.name}`;
    try {
      files.mkdir(directory);
    } catch (thrown) {
      if (errnoOf(thrown) !== 'EEXIST') throw thrown;
    }
    const fd = files.open(path, 'create');
    files.unlink(path);
    return fd;
  }

  private attempt<T>(doing: string, call: () => T): T {
    try {
      return call();
    } catch (thrown) {
      throw fileError('ERROR', `${doing} temporary file of the sort for index ${this.name}`, thrown);
    }
  }
}

class FileRun implements TupleStream {
  readonly bytes = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  at = 0;
  private following = 0;
  private filled = 0;

  constructor(
    private readonly file: SpillFile,
    private position: number,
    private readonly end: number,
  ) {}

  next(): boolean {
    if (this.filled - this.following < MAX_ENTRY_BYTES) this.fill();
    if (this.following >= this.filled) return false;
    this.at = this.following;
    this.following += tupleSize(this.bytes, this.at);
    return true;
  }

  /** Moves what is left to the front and reads on: afterwards the next entry is there whole. */
  private fill(): void {
    if (this.position >= this.end) return;
    this.bytes.copyWithin(0, this.following, this.filled);
    this.filled -= this.following;
    this.following = 0;
    const wanted = Math.min(CHUNK_BYTES - this.filled, this.end - this.position);
    const count = this.file.read(this.bytes, this.filled, wanted, this.position);
    this.position += count;
    this.filled += count;
  }
}
