import { u32 } from '../base/bytes.js';
import { crc32c } from '../base/crc32c.js';
import { error, fatal, panic, type PgError } from '../base/errors.js';
import { SqlState } from '../base/sqlstate.js';
import type { Area } from '../memory/arena.js';
import type { EngineContext } from '../memory/context.js';
import { lwLockIds } from '../memory/lwlock-table.js';
import type { Os } from '../os/os.js';
import { fileError } from '../storage/file-errors.js';
import {
  CATALOG_VERSION,
  CONTROL_CRC_AT,
  CONTROL_DATA_BYTES,
  CONTROL_FILE_BYTES,
  PG_CONTROL_VERSION,
  buildFacts,
  clusterStates,
  decodeControlFile,
  encodeControlFile,
  readBuildFact,
  type ControlFileData,
} from './control-file-format.js';
import { CONTROL_CHANGES_WORD, CONTROL_IMAGE_AT } from './shared-state.js';

export type { ControlFileData } from './control-file-format.js';

export const CONTROL_FILE = 'global/pg_control';
const INITDB_HINT = 'It looks like you need to initdb.';
const SMALLEST_SEGMENT = 1024 ** 2;
const LARGEST_SEGMENT = 1024 ** 3;

/** Reads and checks pg_control. Throws FATAL or PANIC with PostgreSQL's messages when it cannot be used. */
export function readControlFile(os: Pick<Os, 'files'>, dataDirectory: string): ControlFileData {
  return decodeControlFile(readChecked(os, dataDirectory));
}

/**
 * Overwrites pg_control in place and syncs it; its 296 bytes lie in one disk sector. Returns what it wrote, in `room` if
 * given. PANIC when it cannot.
 */
export function writeControlFile(os: Os, dataDirectory: string, control: ControlFileData, room?: Buffer): Buffer {
  const bytes = encodeControlFile(control, room);
  attempt('open', () => {
    const fd = os.files.open(`${dataDirectory}/${CONTROL_FILE}`, 'read-write');
    try {
      attempt('write', () => os.files.pwrite(fd, bytes, 0, bytes.length, 0));
      attempt('fsync', () => os.files.fsync(fd));
    } finally {
      os.files.close(fd);
    }
  });
  return bytes;
}

/**
 * The cluster's pg_control: an image in shared memory and the file, always changed together, file first.
 *
 * Reading the image needs no I/O and so cannot fail in the middle of a checkpoint.
 */
export class ControlFile {
  private readonly area: Area;
  private readonly image: Buffer;
  /** What this process last made of the image, and how often the image had been changed by then. */
  private known: ControlFileData | undefined;
  private knownChanges = 0;
  /** What is written to the file is put together here. */
  private file: Buffer | undefined;

  constructor(private readonly ctx: EngineContext) {
    this.area = ctx.memory.arena.area('checkpoints');
    this.image = this.area.bytes.subarray(CONTROL_IMAGE_AT, CONTROL_IMAGE_AT + CONTROL_DATA_BYTES);
  }

  /** Reads the file into shared memory, as every start of the cluster does first. */
  load(): ControlFileData {
    return this.locked('exclusive', () => this.loadLocked());
  }

  read(): ControlFileData {
    if (this.isLoaded()) return this.locked('shared', () => this.decoded());
    return this.load();
  }

  /** Changes fields, stamps the time, writes and syncs the file. */
  update(change: Partial<ControlFileData> | ((now: ControlFileData) => Partial<ControlFileData>)): ControlFileData {
    return this.locked('exclusive', () => {
      const now = this.isLoaded() ? this.decoded() : this.loadLocked();
      const changed = { ...now, ...(typeof change === 'function' ? change(now) : change), time: this.seconds() };
      this.file ??= Buffer.alloc(CONTROL_FILE_BYTES);
      return this.publish(writeControlFile(this.ctx.os, this.ctx.dataDirectory, changed, this.file));
    });
  }

  private seconds(): number {
    return Math.floor(this.ctx.os.clock.now() / 1000);
  }

  private isLoaded(): boolean {
    return this.changes > 0;
  }

  /** How often the image was put in place since the memory was made. */
  private get changes(): number {
    return this.area.i32[CONTROL_CHANGES_WORD];
  }

  private loadLocked(): ControlFileData {
    return this.publish(readChecked(this.ctx.os, this.ctx.dataDirectory));
  }

  private publish(bytes: Buffer): ControlFileData {
    bytes.copy(this.image, 0, 0, CONTROL_DATA_BYTES);
    this.area.i32[CONTROL_CHANGES_WORD]++;
    return this.decoded();
  }

  private decoded(): ControlFileData {
    if (this.known === undefined || this.knownChanges !== this.changes) this.known = decodeControlFile(this.image);
    this.knownChanges = this.changes;
    return this.known;
  }

  private locked<T>(mode: 'shared' | 'exclusive', body: () => T): T {
    return this.ctx.memory.lwlocks.with(lwLockIds.ControlFile, mode, body);
  }
}

function attempt<T>(verb: string, call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    throw fileError('PANIC', `${verb} file "${CONTROL_FILE}"`, thrown);
  }
}

function readChecked(os: Pick<Os, 'files'>, dataDirectory: string): Buffer {
  const bytes = readBytes(os, dataDirectory);
  checkControlFile(bytes);
  return bytes;
}

function readBytes(os: Pick<Os, 'files'>, dataDirectory: string): Buffer {
  const bytes = Buffer.alloc(CONTROL_FILE_BYTES);
  const fd = attempt('open', () => os.files.open(`${dataDirectory}/${CONTROL_FILE}`, 'read'));
  try {
    const count = attempt('read', () => os.files.pread(fd, bytes, 0, bytes.length, 0));
    if (count >= CONTROL_DATA_BYTES) return bytes;
    const text = `could not read file "${CONTROL_FILE}": read ${count} of ${CONTROL_DATA_BYTES}`;
    throw panic(SqlState.dataCorrupted, text);
  } finally {
    os.files.close(fd);
  }
}

/** ReadControlFile's checks, in its order: version before checksum, since another version has another layout. */
function checkControlFile(bytes: Buffer): void {
  checkControlVersion(u32(bytes, 8));
  if (crc32c(bytes, 0, CONTROL_CRC_AT) !== u32(bytes, CONTROL_CRC_AT)) {
    throw fatal(SqlState.dataCorrupted, 'incorrect checksum in control file', {
      hint: 'Either the file is damaged or it has another layout than this server expects; restore it from a backup.',
    });
  }
  checkFact('CATALOG_VERSION_NO', u32(bytes, 12), CATALOG_VERSION);
  for (const fact of buildFacts) checkBuildFact(bytes, fact);
  checkSegmentSize(u32(bytes, 228));
  if (u32(bytes, 16) >= clusterStates.length) {
    throw fatal(SqlState.dataCorrupted, 'control file contains invalid database cluster state');
  }
}

function checkControlVersion(found: number): void {
  if (found !== PG_CONTROL_VERSION && found % 65536 === 0 && found !== 0) {
    const hex = (value: number): string => `${value} (0x${value.toString(16).padStart(8, '0')})`;
    throw incompatible(
      `The database cluster was initialized with PG_CONTROL_VERSION ${hex(found)}, but the server was compiled with PG_CONTROL_VERSION ${hex(PG_CONTROL_VERSION)}.`,
      `This could be a problem of mismatched byte ordering.  ${INITDB_HINT}`,
    );
  }
  checkFact('PG_CONTROL_VERSION', found, PG_CONTROL_VERSION);
}

function checkBuildFact(bytes: Buffer, fact: (typeof buildFacts)[number]): void {
  const found = readBuildFact(bytes, fact);
  if (found === fact.value) return;
  if (fact.kind === 'uint32') checkFact(fact.name, found, fact.value);
  throw incompatible(
    fact.kind === 'double'
      ? 'The database cluster appears to use a different floating-point number format than the server executable.'
      : `The database cluster was initialized without ${fact.name} but the server was compiled with ${fact.name}.`,
    INITDB_HINT,
  );
}

function checkFact(name: string, found: number, expected: number): void {
  if (found === expected) return;
  throw incompatible(
    `The database cluster was initialized with ${name} ${found}, but the server was compiled with ${name} ${expected}.`,
    INITDB_HINT,
  );
}

function checkSegmentSize(bytes: number): void {
  const isPowerOfTwo = (bytes & (bytes - 1)) === 0;
  if (isPowerOfTwo && bytes >= SMALLEST_SEGMENT && bytes <= LARGEST_SEGMENT) return;
  throw error(
    SqlState.invalidParameterValue,
    `WAL segment size must be a power of two between 1 MB and 1 GB, but the control file specifies ${bytes} bytes`,
  );
}

function incompatible(detail: string, hint: string): PgError {
  return fatal(SqlState.objectNotInPrerequisiteState, 'database files are incompatible with server', { detail, hint });
}
