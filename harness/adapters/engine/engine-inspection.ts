import {
  COMMIT_LOG_DIRECTORY,
  TransactionStatus,
  indexInPage,
  pageOf,
  statusIn,
} from '../../../engine/access/transactions/commit-log-format.js';
import { TransactionInfo, decodeTransactionEnd } from '../../../engine/access/transactions/commit-record.js';
import { BLOCK_BYTES } from '../../../engine/base/block.js';
import { lsn } from '../../../engine/base/lsn.js';
import type { Os } from '../../../engine/os/os.js';
import type { Xid } from '../../../engine/base/xid.js';
import { openRealOs } from '../../../engine/os/real-os.js';
import { readCheckPoint } from '../../../engine/recovery/checkpoint-record.js';
import { readControlFile, type ControlFileData } from '../../../engine/recovery/control-file.js';
import { WalReader } from '../../../engine/wal/reader.js';
import type { WalRecord } from '../../../engine/wal/record.js';
import { Rmgr, RMGR_INFO_MASK, XlogInfo } from '../../../engine/wal/rmgr-ids.js';
import { parseWalFileName } from '../../../engine/wal/segment-names.js';
import { fileWalSource } from '../../../engine/wal/wal-source.js';
import type { ControlFacts, Fate, Inspection, PageFacts, WalFacts, WalRecordFacts } from '../inspection.js';
import { pageFacts } from './page-facts.js';

const PAGES_PER_SEGMENT = 32;
const FATES: Readonly<Record<TransactionStatus, Fate>> = {
  [TransactionStatus.inProgress]: 'unended',
  [TransactionStatus.committed]: 'committed',
  [TransactionStatus.aborted]: 'aborted',
  [TransactionStatus.subCommitted]: 'unended',
};

/** Main forks only: `16384`, `16384.1`. */
const RELATION_FILE = /^\d+(\.\d+)?$/;

/** Reads a data directory with the engine's own readers, in this process, which no mutant has touched. */
export class EngineInspection implements Inspection {
  /** Pages looked at, null where there is none. */
  private readonly commitLog = new Map<number, Buffer | null>();

  constructor(
    private readonly dataDirectory: string,
    private readonly os: Pick<Os, 'files'> = openRealOs(),
  ) {}

  control(): ControlFacts {
    const control = this.readControl();
    return {
      state: control.state,
      checkpoint: control.checkPoint,
      redo: control.checkPointCopy.redo,
      nextXid: control.checkPointCopy.nextXid,
      timeline: control.checkPointCopy.timeline,
      systemIdentifier: String(control.systemIdentifier),
    };
  }

  wal(from?: number): WalFacts {
    const { segmentBytes, systemIdentifier, checkPointCopy } = this.readControl();
    const start = lsn(from ?? checkPointCopy.redo);
    const source = fileWalSource(this.os, `${this.dataDirectory}/pg_wal`, checkPointCopy.timeline, segmentBytes);
    try {
      const reader = new WalReader(source, segmentBytes, { systemIdentifier });
      const records: WalRecordFacts[] = [];
      for (let result = reader.read(start); ; result = reader.next()) {
        if (!('record' in result)) return { start, records, end: result.at, endReason: result.endOfLog };
        records.push(factsOf(result.record));
      }
    } finally {
      source.close();
    }
  }

  oldestWal(): number {
    const { segmentBytes } = this.readControl();
    const segments = this.os.files
      .readdir(`${this.dataDirectory}/pg_wal`)
      .flatMap((name) => parseWalFileName(name, segmentBytes)?.segment ?? []);
    return Math.min(...segments) * segmentBytes;
  }

  pages(): PageFacts[] {
    const directories = [
      'global',
      ...this.os.files.readdir(`${this.dataDirectory}/base`).map((database) => `base/${database}`),
    ];
    return directories.flatMap((directory) =>
      this.os.files
        .readdir(`${this.dataDirectory}/${directory}`)
        .filter((name) => RELATION_FILE.test(name))
        .flatMap((name) => this.pagesOf(`${directory}/${name}`)),
    );
  }

  fateOf(xid: number): Fate {
    const page = pageOf(xid as Xid);
    let bytes = this.commitLog.get(page);
    if (bytes === undefined) this.commitLog.set(page, (bytes = this.commitLogPage(page)));
    return bytes === null ? 'missing' : FATES[statusIn(bytes, indexInPage(xid as Xid))];
  }

  private commitLogPage(page: number): Buffer | null {
    const name = Math.floor(page / PAGES_PER_SEGMENT)
      .toString(16)
      .toUpperCase()
      .padStart(4, '0');
    const directory = `${this.dataDirectory}/${COMMIT_LOG_DIRECTORY}`;
    if (!this.os.files.readdir(directory).includes(name)) return null;
    const at = (page % PAGES_PER_SEGMENT) * BLOCK_BYTES;
    const bytes = this.readFile(`${directory}/${name}`).subarray(at, at + BLOCK_BYTES);
    return bytes.length < BLOCK_BYTES ? null : bytes;
  }

  private pagesOf(file: string): PageFacts[] {
    const bytes = this.readFile(`${this.dataDirectory}/${file}`);
    const segment = Number(file.split('.')[1] ?? 0);
    const pages: PageFacts[] = [];
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      pages.push(pageFacts(file, at / BLOCK_BYTES + segment * 131072, bytes.subarray(at, at + BLOCK_BYTES)));
    }
    return pages;
  }

  private readFile(path: string): Buffer {
    const { files } = this.os;
    const fd = files.open(path, 'read');
    try {
      const bytes = Buffer.alloc(files.fstat(fd).bytes);
      return bytes.subarray(0, files.pread(fd, bytes, 0, bytes.length, 0));
    } finally {
      files.close(fd);
    }
  }

  private readControl(): ControlFileData {
    return readControlFile(this.os, this.dataDirectory);
  }
}

const ENDS = new Map<number, 'commit' | 'abort'>([
  [TransactionInfo.commit, 'commit'],
  [TransactionInfo.commitPrepared, 'commit'],
  [TransactionInfo.abort, 'abort'],
  [TransactionInfo.abortPrepared, 'abort'],
]);

function kindOf({ rmgr, info }: WalRecord): WalRecordFacts['kind'] {
  if (rmgr === Rmgr.transaction) return ENDS.get(info & TransactionInfo.operationMask) ?? 'other';
  return isCheckpoint(rmgr, info) ? 'checkpoint' : 'other';
}

function isCheckpoint(rmgr: number, info: number): boolean {
  const kind = info & RMGR_INFO_MASK;
  return rmgr === Rmgr.xlog && (kind === XlogInfo.checkpointShutdown || kind === XlogInfo.checkpointOnline);
}

function factsOf(record: WalRecord): WalRecordFacts {
  const { lsn: start, endLsn, previous, xid, rmgr, info, totalBytes } = record;
  const facts = { lsn: start, endLsn, previous, xid, resourceManager: rmgr, info, totalBytes, kind: kindOf(record) };
  if (facts.kind === 'commit' || facts.kind === 'abort') return { ...facts, ended: endedBy(record) };
  if (facts.kind !== 'checkpoint') return facts;
  const { redo, nextXid } = readCheckPoint(record.data);
  return {
    ...facts,
    checkpoint: { redo, nextXid, isShutdown: (info & RMGR_INFO_MASK) === XlogInfo.checkpointShutdown },
  };
}

function endedBy({ xid, info, data }: WalRecord): number[] {
  const { preparedXid, subtransactions } = decodeTransactionEnd(data, info);
  return [preparedXid || xid, ...subtransactions];
}
