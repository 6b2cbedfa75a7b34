import { TransactionInfo, decodeTransactionEnd } from '../../../engine/access/transactions/commit-record.js';
import { BLOCK_BYTES, FIRST_NORMAL_OID, type Oid } from '../../../engine/base/block.js';
import { lsn } from '../../../engine/base/lsn.js';
import type { Os } from '../../../engine/os/os.js';
import { openRealOs } from '../../../engine/os/real-os.js';
import { readCheckPoint } from '../../../engine/recovery/checkpoint-record.js';
import { readControlFile, type ControlFileData } from '../../../engine/recovery/control-file.js';
import { CatalogOid } from '../../../engine/sql/catalog/catalog-table.js';
import { SEGMENT_BLOCKS } from '../../../engine/storage/relation-paths.js';
import { WalReader } from '../../../engine/wal/reader.js';
import type { WalRecord } from '../../../engine/wal/record.js';
import { Rmgr, RMGR_INFO_MASK, XlogInfo } from '../../../engine/wal/rmgr-ids.js';
import { parseWalFileName } from '../../../engine/wal/segment-names.js';
import { fileWalSource } from '../../../engine/wal/wal-source.js';
import type {
  ControlFacts,
  DatabaseHorizon,
  Fate,
  IndexFacts,
  Inspection,
  PageFacts,
  WalFacts,
  WalRecordFacts,
} from '../inspection.js';
import { logAround } from './log-around.js';
import { NO_MARKS, marksIn, pageFacts } from './page-facts.js';
import { StoredCatalog } from './stored-catalog.js';
import { StoredCommitLog } from './stored-commit-log.js';
import { storedDatabases, tableHorizons, type StoredDatabase } from './stored-catalogs.js';
import { readStored } from './stored-files.js';
import { storedIndexes } from './stored-indexes.js';
import { readRelation } from './stored-relation.js';

const DATABASE_CATALOG = 'global/1262';
/** pg_class, in every database's directory. */
const CLASS_CATALOG = 1259;
/** Main forks only: `16384`, `16384.1`. */
const RELATION_FILE = /^\d+(\.\d+)?$/;

/** Reads a data directory with the engine's own readers, in this process, which no mutant has touched. */
export class EngineInspection implements Inspection {
  private readonly commitLog: StoredCommitLog;

  constructor(
    private readonly dataDirectory: string,
    private readonly os: Pick<Os, 'files'> = openRealOs(),
  ) {
    this.commitLog = new StoredCommitLog(os, dataDirectory);
  }

  logAround(position?: number): string[] {
    return logAround(this.os, this.dataDirectory, position);
  }

  control(): ControlFacts {
    const control = this.readControl();
    return {
      state: control.state,
      checkpoint: control.checkPoint,
      redo: control.checkPointCopy.redo,
      nextXid: control.checkPointCopy.nextXid,
      oldestXid: control.checkPointCopy.oldestXid,
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
    const directories = this.os.files.readdir(`${this.dataDirectory}/base`).filter(this.databaseFilter());
    return ['global', ...directories.map((database) => `base/${database}`)].flatMap((directory) => {
      const names = this.os.files.readdir(`${this.dataDirectory}/${directory}`);
      const relations = names.filter((name) => RELATION_FILE.test(name)).filter(this.relationFilter(directory));
      return relations.flatMap((name) => this.pagesOf(directory, name, names));
    });
  }

  /**
   * In a stopped cluster the files of relations that there are. A crash may leave others, made by transactions of which the
   * log that survived says nothing, and with them ids that are given out once more.
   */
  private relationFilter(directory: string): (file: string) => boolean {
    const database = /^base\/(\d+)$/.exec(directory)?.[1];
    if (database === undefined || this.readControl().state !== 'shut down') return () => true;
    const rows = this.catalogOf(Number(database) as Oid).where(CatalogOid.class, {});
    const live = new Set(rows.map((row) => row.get('relfilenode')));
    return (file) => parseInt(file, 10) < FIRST_NORMAL_OID || live.has(parseInt(file, 10));
  }

  private catalogOf(database: Oid): StoredCatalog {
    const read = readRelation.bind(null, this.readFile.bind(this));
    return new StoredCatalog(read, database, this.fateOf.bind(this));
  }

  /** In a stopped cluster the directories of databases that can be used: others are half made, or half dropped. */
  databaseFilter(): (directory: string) => boolean {
    if (this.readControl().state !== 'shut down') return () => true;
    const live = new Set(this.databases().map(({ oid }) => oid));
    return (directory) => live.has(Number(directory));
  }

  horizons(): DatabaseHorizon[] {
    if (this.readControl().state !== 'shut down') return [];
    return this.databases().map(({ oid, frozenXid }) => {
      const directory = `base/${oid}`;
      const tables = tableHorizons(this.readFile(`${directory}/${CLASS_CATALOG}`), directory, (xid) =>
        this.fateOf(xid),
      );
      return { database: oid, frozenXid, tables };
    });
  }

  indexes(): IndexFacts[] {
    if (this.readControl().state !== 'shut down') return [];
    const [fateOf, read] = [this.fateOf.bind(this), readRelation.bind(null, this.readFile.bind(this))];
    return this.databases().flatMap(({ oid }) => storedIndexes(this.catalogOf(oid as Oid), read, fateOf));
  }

  private databases(): StoredDatabase[] {
    return storedDatabases(this.readFile(DATABASE_CATALOG), (xid) => this.fateOf(xid));
  }

  fateOf(xid: number): Fate {
    return this.commitLog.fateOf(xid);
  }

  private pagesOf(directory: string, name: string, others: readonly string[]): PageFacts[] {
    const file = `${directory}/${name}`;
    const bytes = this.readFile(file);
    const [table, segment = '0'] = name.split('.');
    const map = others.includes(`${table}_vm`) ? this.readFile(`${directory}/${table}_vm`) : undefined;
    const pages: PageFacts[] = [];
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      const block = at / BLOCK_BYTES + Number(segment) * SEGMENT_BLOCKS;
      const marks = map ? marksIn(map, block) : NO_MARKS;
      pages.push(pageFacts(file, block, bytes.subarray(at, at + BLOCK_BYTES), marks, (xid) => this.fateOf(xid)));
    }
    return pages;
  }

  private readFile(path: string): Buffer {
    return readStored(this.os, `${this.dataDirectory}/${path}`);
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
