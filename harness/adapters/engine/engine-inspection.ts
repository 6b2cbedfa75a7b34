import { checkRelationPage } from '../../../engine/access/relation-page.js';
import { isBTreePage } from '../../../engine/access/btree/page-mask.js';
import {
  Field,
  Infomask,
  TUPLE_HEADER_BYTES,
  tupleHoff,
  tupleInfomask,
  tupleXmax,
  tupleXmin,
} from '../../../engine/access/tuple/tuple-header.js';
import { TransactionInfo } from '../../../engine/access/transactions/commit-record.js';
import { BLOCK_BYTES } from '../../../engine/base/block.js';
import { lsn, type Lsn } from '../../../engine/base/lsn.js';
import type { Os } from '../../../engine/os/os.js';
import { openRealOs } from '../../../engine/os/real-os.js';
import { readCheckPoint } from '../../../engine/recovery/checkpoint-record.js';
import { readControlFile, type ControlFileData } from '../../../engine/recovery/control-file.js';
import { ItemState, getItemId, isNew, isPageVerified, maxOffset, pageLsn } from '../../../engine/storage/page/page.js';
import { WalReader } from '../../../engine/wal/reader.js';
import type { WalRecord } from '../../../engine/wal/record.js';
import { Rmgr, RMGR_INFO_MASK, XlogInfo } from '../../../engine/wal/rmgr-ids.js';
import { parseWalFileName } from '../../../engine/wal/segment-names.js';
import { fileWalSource } from '../../../engine/wal/wal-source.js';
import type { ControlFacts, Inspection, PageFacts, WalFacts, WalRecordFacts } from '../inspection.js';

/** Main forks only: `16384`, `16384.1`. */
const RELATION_FILE = /^\d+(\.\d+)?$/;

/** Reads a data directory with the engine's own readers, in this process, which no mutant has touched. */
export class EngineInspection implements Inspection {
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

function kindOf({ rmgr, info }: WalRecord): WalRecordFacts['kind'] {
  if (rmgr === Rmgr.transaction) {
    const operation = info & TransactionInfo.operationMask;
    return operation === TransactionInfo.commit ? 'commit' : operation === TransactionInfo.abort ? 'abort' : 'other';
  }
  return isCheckpoint(rmgr, info) ? 'checkpoint' : 'other';
}

function isCheckpoint(rmgr: number, info: number): boolean {
  const kind = info & RMGR_INFO_MASK;
  return rmgr === Rmgr.xlog && (kind === XlogInfo.checkpointShutdown || kind === XlogInfo.checkpointOnline);
}

function factsOf(record: WalRecord): WalRecordFacts {
  const { lsn: start, endLsn, previous, xid, rmgr, info, totalBytes } = record;
  const facts = { lsn: start, endLsn, previous, xid, resourceManager: rmgr, info, totalBytes, kind: kindOf(record) };
  if (facts.kind !== 'checkpoint') return facts;
  const { redo, nextXid } = readCheckPoint(record.data);
  return {
    ...facts,
    checkpoint: { redo, nextXid, isShutdown: (info & RMGR_INFO_MASK) === XlogInfo.checkpointShutdown },
  };
}

function pageFacts(file: string, block: number, page: Buffer): PageFacts {
  if (page.length < BLOCK_BYTES) {
    return { file, block, isNew: false, lsn: 0, problems: [`only ${page.length} bytes`], xids: [] };
  }
  if (isNew(page)) return { file, block, isNew: true, lsn: 0, problems: checkRelationPage(page), xids: [] };
  const problems = isPageVerified(page, block) ? checkRelationPage(page) : ['wrong checksum or header'];
  const hasRows = problems.length === 0 && !isBTreePage(page);
  const rows = hasRows ? rowFacts(page) : { problems: [], xids: [] };
  const position: Lsn = pageLsn(page);
  return { file, block, isNew: false, lsn: position, problems: [...problems, ...rows.problems], xids: rows.xids };
}

function rowFacts(page: Buffer): { problems: string[]; xids: number[] } {
  const problems: string[] = [];
  const xids: number[] = [];
  for (let number = 1; number <= maxOffset(page); number++) {
    const { flags, offset, length } = getItemId(page, number);
    if (flags !== ItemState.normal) continue;
    const hoff = tupleHoff(page, offset);
    if (length < TUPLE_HEADER_BYTES || hoff < Field.bits || hoff > length || hoff % 8 !== 0) {
      problems.push(`row ${number} has a header of ${hoff} in ${length} bytes`);
      continue;
    }
    xids.push(tupleXmin(page, offset));
    if (!(tupleInfomask(page, offset) & Infomask.xmaxIsMulti)) xids.push(tupleXmax(page, offset));
  }
  return { problems, xids };
}
