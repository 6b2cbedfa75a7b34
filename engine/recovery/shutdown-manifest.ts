import { crc32c } from '../base/crc32c.js';
import { errnoOf, fatal } from '../base/errors.js';
import { SqlState } from '../base/sqlstate.js';
import type { Os } from '../os/os.js';
import { readWholeFile, writeWholeFile } from '../os/whole-file.js';

/**
 * What a cleanly stopped cluster's files looked like, so that damage done while it was down is found at the next start.
 *
 * Page checksums find a flipped bit, but neither a file that lost its tail, nor pages that became zeros, nor anything in
 * the commit log, which has no checksums: in all three PostgreSQL 15 starts and answers with rows missing. The manifest
 * holds every file's size, and the CRC-32C of those small enough to be read at each start. It counts only while pg_control
 * says that the cluster is shut down; after a crash, WAL replay vouches for the files.
 *
 * Empty files are left out: those of dropped relations are removed only when the last checkpoint is complete.
 *
 *     shutdown_manifest:   <bytes> <crc32c or -> <path>       one line a file, sorted
 *                          end <crc32c of all before>
 */
const MANIFEST = 'shutdown_manifest';
const COVERED = ['base', 'global', 'pg_twophase', 'pg_xact'];
/** Its own checksum and updates in place make pg_control a matter of its own. */
const EXCLUDED = new Set(['global/pg_control']);
const READ_WHOLE_BYTES = 1024 ** 2;
const READ_TOTAL_BYTES = 64 * 1024 ** 2;
const HINT = 'The files were changed while the server was down. Restore the data directory from a backup.';

interface Line {
  readonly path: string;
  readonly bytes: number;
  /** Undefined for a file that only its size is known of. */
  readonly crc: number | undefined;
}

/** Describes the files as they are. The caller has made them durable, and nobody writes to them any more. */
export function writeShutdownManifest(os: Os, dataDirectory: string): void {
  const body = describeFiles(os, dataDirectory).map(formatLine).join('');
  const content = Buffer.from(`${body}end ${hex(crc32c(Buffer.from(body)))}\n`);
  const path = `${dataDirectory}/${MANIFEST}`;
  writeWholeFile(os.files, `${path}.tmp`, content, (fd) => os.files.fsync(fd));
  os.files.rename(`${path}.tmp`, path);
  os.files.fsyncDirectory(dataDirectory);
}

/** Raises FATAL XX001, naming the first file that is not what it was when the cluster was shut down. */
export function checkShutdownManifest(os: Os, dataDirectory: string): void {
  const expected = readManifest(os, dataDirectory);
  const found = new Map(listFiles(os, dataDirectory).map((path) => [path, path]));
  for (const line of expected) {
    if (!found.delete(line.path)) throw damaged(`file "${line.path}" is missing`);
    checkFile(os, dataDirectory, line);
  }
  const [extra] = found.keys();
  if (extra !== undefined) throw damaged(`file "${extra}" does not belong to the cluster`);
}

function checkFile(os: Os, dataDirectory: string, line: Line): void {
  const bytes = os.files.stat(`${dataDirectory}/${line.path}`)?.bytes ?? 0;
  if (bytes !== line.bytes) throw damaged(`file "${line.path}" has ${bytes} bytes instead of ${line.bytes}`);
  if (line.crc === undefined) return;
  if (checksumOf(os, `${dataDirectory}/${line.path}`, bytes) !== line.crc) {
    throw damaged(`file "${line.path}" does not have the content it was shut down with`);
  }
}

function describeFiles(os: Os, dataDirectory: string): Line[] {
  let left = READ_TOTAL_BYTES;
  return listFiles(os, dataDirectory).map((path) => {
    const bytes = os.files.stat(`${dataDirectory}/${path}`)!.bytes;
    const isRead = bytes <= Math.min(READ_WHOLE_BYTES, left);
    if (isRead) left -= bytes;
    return { path, bytes, crc: isRead ? checksumOf(os, `${dataDirectory}/${path}`, bytes) : undefined };
  });
}

function listFiles(os: Os, dataDirectory: string): string[] {
  const paths: string[] = [];
  const walk = (directory: string): void => {
    for (const name of os.files.readdir(`${dataDirectory}/${directory}`)) {
      const path = `${directory}/${name}`;
      const status = os.files.stat(`${dataDirectory}/${path}`);
      if (status?.kind === 'directory') walk(path);
      else if (status?.kind === 'file' && status.bytes > 0 && !EXCLUDED.has(path)) paths.push(path);
    }
  };
  COVERED.forEach(walk);
  return paths.toSorted();
}

function checksumOf(os: Os, path: string, bytes: number): number {
  const content = Buffer.allocUnsafe(bytes);
  const fd = os.files.open(path, 'read');
  try {
    return crc32c(content, 0, os.files.pread(fd, content, 0, bytes, 0));
  } finally {
    os.files.close(fd);
  }
}

function formatLine({ path, bytes, crc }: Line): string {
  return `${bytes} ${crc === undefined ? '-' : hex(crc)} ${path}\n`;
}

function readManifest(os: Os, dataDirectory: string): Line[] {
  const content = readExisting(os, `${dataDirectory}/${MANIFEST}`);
  const end = content.lastIndexOf('end ');
  const body = content.subarray(0, Math.max(0, end));
  if (end < 0 || content.toString('latin1', end) !== `end ${hex(crc32c(body))}\n`) {
    throw damaged(`file "${MANIFEST}" is damaged`);
  }
  return body.toString().split('\n').slice(0, -1).map(parseLine);
}

function readExisting(os: Os, path: string): Buffer {
  try {
    return readWholeFile(os.files, path);
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') throw damaged(`file "${MANIFEST}" is missing`);
    throw cause;
  }
}

function parseLine(text: string): Line {
  const [bytes, crc, ...path] = text.split(' ');
  return { path: path.join(' '), bytes: Number(bytes), crc: crc === '-' ? undefined : parseInt(crc, 16) };
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}

function damaged(detail: string): Error {
  return fatal(SqlState.dataCorrupted, 'data directory is damaged', { detail: `The ${detail}.`, hint: HINT });
}
