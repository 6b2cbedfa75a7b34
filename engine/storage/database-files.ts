import { dirname } from 'node:path';
import { DEFAULT_TABLESPACE, type Oid } from '../base/block.js';
import { errnoOf, fatal } from '../base/errors.js';
import { SqlState } from '../base/sqlstate.js';
import type { EngineContext } from '../memory/context.js';
import type { FileDescriptor, Files } from '../os/os.js';
import { fileError } from './file-errors.js';
import { FileGeneration } from './file-generation.js';
import type { RedoOption } from './relation-files.js';
import { databaseDirectory } from './relation-paths.js';

const MARKER = 'PG_VERSION';
const MARKER_TEXT = Buffer.from('15\n');
const COPY_BYTES = 256 * 1024;

/**
 * Databases as directories `base/<oid>` (commands/dbcommands.c, storage/file/copydir.c). Unlike files of relations they
 * are durable when a call returns, names included: no checkpoint knows of them.
 */
export class DatabaseFiles {
  private readonly files: Files;
  private readonly generation: FileGeneration;

  constructor(private readonly context: EngineContext) {
    this.files = context.os.files;
    this.generation = new FileGeneration(context.memory.arena);
  }

  exists(database: Oid): boolean {
    return this.files.stat(this.absolute(directoryOf(database))) !== undefined;
  }

  /** FATAL when the directory is none of a database of this version (miscinit.c ValidatePgVersion). */
  checkMarker(database: Oid): void {
    const directory = directoryOf(database);
    const path = `${directory}/${MARKER}`;
    const text = Buffer.alloc(MARKER_TEXT.length);
    const refuse = (detail: string): never => {
      throw fatal(SqlState.objectNotInPrerequisiteState, `"${directory}" is not a valid data directory`, { detail });
    };
    if (!this.files.stat(this.absolute(path))) refuse(`File "${path}" is missing.`);
    this.withFile(path, 'read', (fd) =>
      this.attempt('read file', path, () => this.files.pread(fd, text, 0, text.length, 0)),
    );
    if (!text.equals(MARKER_TEXT)) refuse(`File "${path}" does not contain valid data.`);
  }

  /** Makes the directory with the marker that tells its version. In redo either may be there already. */
  create(database: Oid, { redo = false }: RedoOption = {}): void {
    const directory = directoryOf(database);
    this.makeDirectory(directory, redo);
    const path = `${directory}/${MARKER}`;
    this.withFile(path, redo ? 'create' : 'create-exclusive', (fd) => {
      this.attempt('write to file', path, () => this.files.pwrite(fd, MARKER_TEXT, 0, MARKER_TEXT.length, 0));
      this.syncMarker(path, fd);
    });
    this.syncDirectory(directory);
  }

  /** Makes `target` a copy of `source`, none of whose pages is dirty in memory. */
  copy(source: Oid, target: Oid): void {
    const [from, to] = [directoryOf(source), directoryOf(target)];
    this.makeDirectory(to, false);
    const names = this.filesIn(from);
    for (const name of names) this.copyFile(`${from}/${name}`, `${to}/${name}`);
    for (const name of names) this.withFile(`${to}/${name}`, 'read-write', (fd) => this.sync(`${to}/${name}`, fd));
    this.syncDirectory(to);
  }

  /** Removes the directory and all that is in it; nothing when it is not there. The pages in memory are forgotten already. */
  remove(database: Oid): void {
    const directory = directoryOf(database);
    if (!this.exists(database)) return;
    for (const name of this.filesIn(directory)) {
      this.attempt('remove file', `${directory}/${name}`, () =>
        this.files.unlink(this.absolute(`${directory}/${name}`)),
      );
    }
    this.attempt('remove directory', directory, () => this.files.rmdir(this.absolute(directory)));
    this.syncDirectory(dirname(directory));
    this.generation.filesChanged();
  }

  /** Without its marker a directory is no database's: a crash must not take it away again. */
  private syncMarker(path: string, fd: FileDescriptor): void {
    this.sync(path, fd);
  }

  private filesIn(directory: string): string[] {
    const path = this.absolute(directory);
    const names = this.attempt('open directory', directory, () => this.files.readdir(path));
    return names.filter((name) => this.files.stat(`${path}/${name}`)?.kind === 'file');
  }

  private copyFile(from: string, to: string): void {
    const chunk = Buffer.allocUnsafe(COPY_BYTES);
    this.withFile(from, 'read', (source) => {
      this.withFile(to, 'create-exclusive', (target) => {
        for (let at = 0; ;) {
          this.context.interrupts.check();
          const count = this.attempt('read file', from, () => this.files.pread(source, chunk, 0, COPY_BYTES, at));
          if (count === 0) break;
          this.attempt('write to file', to, () => this.files.pwrite(target, chunk, 0, count, at));
          at += count;
        }
      });
    });
  }

  private makeDirectory(directory: string, mayExist: boolean): void {
    try {
      this.files.mkdir(this.absolute(directory));
    } catch (thrown) {
      if (!mayExist || errnoOf(thrown) !== 'EEXIST')
        throw fileError('ERROR', `create directory "${directory}"`, thrown);
    }
    this.syncDirectory(dirname(directory));
  }

  private withFile<T>(path: string, mode: Parameters<Files['open']>[1], body: (fd: FileDescriptor) => T): T {
    const fd = this.attempt('open file', path, () => this.files.open(this.absolute(path), mode));
    try {
      return body(fd);
    } finally {
      this.files.close(fd);
    }
  }

  private sync(path: string, fd: FileDescriptor): void {
    if (this.context.settings.get('fsync')) this.durably(path, () => this.files.fsync(fd));
  }

  private syncDirectory(directory: string): void {
    if (!this.context.settings.get('fsync')) return;
    this.durably(directory, () => this.files.fsyncDirectory(this.absolute(directory)));
  }

  private durably(path: string, call: () => void): void {
    try {
      call();
    } catch (thrown) {
      throw fileError('PANIC', `fsync file "${path}"`, thrown);
    }
  }

  private attempt<T>(doing: string, path: string, call: () => T): T {
    try {
      return call();
    } catch (thrown) {
      throw fileError('ERROR', `${doing} "${path}"`, thrown);
    }
  }

  private absolute(path: string): string {
    return `${this.context.dataDirectory}/${path}`;
  }
}

function directoryOf(database: Oid): string {
  return databaseDirectory(DEFAULT_TABLESPACE, database);
}
