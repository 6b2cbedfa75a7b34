import { PgError, fatal } from '../base/errors.js';
import { formatLsn, type Lsn } from '../base/lsn.js';
import { SqlState } from '../base/sqlstate.js';
import { xidOf } from '../base/xid.js';
import { Rmgr, XlogInfo } from '../wal/rmgr-ids.js';
import { WalReader } from '../wal/reader.js';
import { SegmentFiles } from '../wal/segment-files.js';
import { WAL_DIRECTORY } from '../wal/segment-names.js';
import { findRemnants } from '../wal/log-tail.js';
import { fileWalSource, type WalSource } from '../wal/wal-source.js';
import { CheckpointFlag } from './checkpoint-flags.js';
import type { Checkpointing, CheckpointTools } from './checkpoint.js';
import { formatTime, timestampFromMs } from '../base/civil-time.js';
import { logClusterState } from './cluster-state-line.js';
import type { ClusterState, ControlFileData } from './control-file-format.js';
import { checkParameters, controlParameters, sameParameters } from './control-parameters.js';
import { locateCheckpoint, type LocatedCheckpoint } from './locate-checkpoint.js';
import type { EndOfLog } from '../wal/end-of-log.js';
import { replay, type RedoTools } from './redo-loop.js';
import { lastRemnant } from './log-remnants.js';
import { checkShutdownManifest } from './shutdown-manifest.js';
import { rewriteLog } from './rewrite-log.js';
import { settleDataDirectory } from './settle-data-directory.js';
import { discardTail } from './wal-tail.js';
import { encodeOverwriteContrecord, encodeParameterChange } from './xlog-records.js';

/**
 * Bringing a cluster up (xlog.c StartupXLOG): what the startup process does, once, before anyone may read a page.
 *
 *   pg_control ─► after a crash: rewrite the log, sync all files ─► checkpoint record ─► 'in crash recovery' ─► replay from its redo point
 *   ─► cut the log off behind its last whole record ─► open it ─► end-of-recovery checkpoint ─► 'in production'
 *
 * A crash anywhere in here is a crash before: until the end-of-recovery checkpoint is in pg_control the next start
 * begins at the same redo point, and every redo function passes over what a page already has.
 */
export interface StartupTools extends CheckpointTools {
  readonly redo: RedoTools;
  readonly checkpointing: Checkpointing;
}

export interface StartupResult {
  /** Was it shut down properly, so that nothing had to be replayed? */
  readonly clean: boolean;
  /** How it was left. */
  readonly stateBefore: ClusterState;
  readonly redo: Lsn;
  /** Where WAL ended; what this start logs itself stands behind it. */
  readonly endOfLog: Lsn;
  readonly replayedRecords: number;
  readonly replayedBytes: number;
  readonly replayMs: number;
  /** Why replay ended there; undefined when there was none. */
  readonly stopReason: string | undefined;
}

/** Where to go on logging. */
interface LogEnd {
  readonly endOfLog: Lsn;
  readonly lastRecord: Lsn;
  readonly replayedRecords: number;
  readonly replayMs: number;
  readonly stop: EndOfLog | undefined;
}

export class Startup {
  constructor(private readonly tools: StartupTools) {}

  /** Returns with the log open and the cluster in production. FATAL or PANIC when it cannot be brought up. */
  run(): StartupResult {
    checkParameters(this.tools.ctx.settings);
    const control = this.tools.controlFile.load();
    const source = this.openSource(control);
    try {
      return this.bringUp(control, source);
    } catch (thrown) {
      throw asFatal(thrown);
    } finally {
      source.close();
    }
  }

  private bringUp(control: ControlFileData, source: WalSource): StartupResult {
    const { ctx, log } = this.tools;
    const reader = new WalReader(source, control.segmentBytes, control);
    logClusterState(control, log);
    if (isCrashed(control)) {
      new SegmentFiles(ctx, control.segmentBytes).removeTemporary();
      rewriteLog(ctx, control);
      settleDataDirectory(ctx, log);
    } else if (control.state === 'shut down') {
      checkShutdownManifest(ctx.os, ctx.dataDirectory);
    }
    const found = locateCheckpoint(reader, control, log);
    this.startCounters(found);
    const needsRedo = control.state !== 'shut down' || found.checkPoint.redo < found.lsn;
    const end = needsRedo ? this.recover(reader, found) : cleanEnd(found);
    const remnants = findRemnants(source, resumption(end), control.segmentBytes);
    if (needsRedo) this.warnOfRemnants(source, end, remnants);
    this.openLog(found, end, remnants, needsRedo);
    this.enterProduction();
    return {
      clean: !needsRedo,
      stateBefore: control.state,
      redo: found.checkPoint.redo,
      endOfLog: end.endOfLog,
      replayedRecords: end.replayedRecords,
      replayedBytes: end.endOfLog - found.checkPoint.redo,
      replayMs: end.replayMs,
      stopReason: end.stop?.endOfLog,
    };
  }

  private openSource(control: ControlFileData): WalSource {
    const { os, dataDirectory } = this.tools.ctx;
    const { timeline } = control.checkPointCopy;
    return fileWalSource(os, `${dataDirectory}/${WAL_DIRECTORY}`, timeline, control.segmentBytes);
  }

  private startCounters({ checkPoint }: LocatedCheckpoint): void {
    const { ids, commitLog, twoPhaseRecovery } = this.tools.parts.access;
    const { nextXid, nextOid, oldestXid, oldestXidDatabase } = checkPoint;
    ids.initialise({ nextFullXid: nextXid, nextOid, oldestXid, oldestXidDatabase });
    commitLog.start(xidOf(nextXid));
    commitLog.advanceOldest(oldestXid);
    for (const xid of twoPhaseRecovery.restoreFiles()) {
      this.tools.log.log(`removing stale two-phase state file for transaction ${xid}`);
    }
  }

  private recover(reader: WalReader, found: LocatedCheckpoint): LogEnd {
    const { controlFile, log, ctx } = this.tools;
    log.log('database system was not properly shut down; automatic recovery in progress');
    controlFile.update({ state: 'in crash recovery', checkPoint: found.lsn, checkPointCopy: found.checkPoint });
    ctx.os.reach('recovery:started');
    // Makes this process the collector of sync requests: there may be no checkpointer yet to empty a full queue.
    this.tools.parts.storage.sync.absorb();
    const end = this.redoFrom(reader, found);
    this.tools.redo.redo.checkInvalidPages();
    ctx.os.reach('recovery:redo-done');
    return end;
  }

  private redoFrom(reader: WalReader, found: LocatedCheckpoint): LogEnd {
    const { log, ctx } = this.tools;
    const { redo } = found.checkPoint;
    const first = redo < found.lsn ? reader.read(redo) : reader.next();
    if (!('record' in first)) {
      if (redo < found.lsn) {
        throw fatal(SqlState.dataCorrupted, 'could not find redo location referenced by checkpoint record');
      }
      log.log(first.endOfLog);
      log.log('redo is not required');
      return { ...cleanEnd(found), stop: first };
    }
    const startMs = ctx.os.clock.monotonic();
    log.log(`redo starts at ${formatLsn(redo)}`);
    const outcome = replay(this.tools.redo, reader, first.record);
    const replayMs = ctx.os.clock.monotonic() - startMs;
    log.log(outcome.stop.endOfLog);
    if (outcome.endOfLog < found.endLsn) throw endsTooEarly(found.lsn);
    log.log(`redo done at ${formatLsn(outcome.lastRecord)} system usage: elapsed: ${(replayMs / 1000).toFixed(2)} s`);
    if (outcome.lastTransactionMs !== undefined) {
      log.log(`last completed transaction was at log time ${formatTime(outcome.lastTransactionMs / 1000)}`);
    }
    const { endOfLog, lastRecord, records, stop } = outcome;
    return { endOfLog, lastRecord, replayedRecords: records, replayMs, stop };
  }

  /** Before they are wiped: they may be all that is left of acknowledged commits. */
  private warnOfRemnants(source: WalSource, end: LogEnd, remnants: readonly Lsn[]): void {
    const { endOfLog, stop } = end;
    const last = lastRemnant(source, resumption(end), this.tools.controlFile.read().segmentBytes, remnants);
    if (last === undefined) return;
    this.tools.log.warn(`WAL goes on behind its end at ${formatLsn(endOfLog)}: there is a page at ${formatLsn(last)}`, {
      detail: `It could be read no further: ${stop?.endOfLog}. What follows is lost.`,
      hint: 'After a loss of power these may be writes that were never awaited. Otherwise WAL is damaged, and commits that were acknowledged are lost.',
    });
  }

  /** Makes the log writable behind its last whole record. */
  private openLog(found: LocatedCheckpoint, end: LogEnd, remnants: readonly Lsn[], wasRecovered: boolean): void {
    const { ctx, parts } = this.tools;
    const { timeline, redo } = found.checkPoint;
    const missingContrecord = end.stop?.missingContrecord || undefined;
    const endOfLog = resumption(end);
    const { segmentBytes } = this.tools.controlFile.read();
    if (wasRecovered) discardTail(ctx, { timeline, endOfLog, segmentBytes });
    const previousRecord = end.lastRecord;
    parts.wal.startInsertion({ timeline, endOfLog, previousRecord, redo, missingContrecord, remnants });
    if (end.stop && missingContrecord) this.logOverwrittenRecord(end.stop.brokenRecord);
    this.startTransactions();
    parts.access.ids.checkLimits();
    if (wasRecovered) this.tools.checkpointing.perform(CheckpointFlag.endOfRecovery | CheckpointFlag.immediate);
    parts.storage.sync.handOver();
  }

  /** Everything older than the next id has ended, but for prepared transactions: they go on, and hold their locks again. */
  private startTransactions(): void {
    const { ids, commitLog, subtransactions, twoPhaseRecovery } = this.tools.parts.access;
    const oldestActive = twoPhaseRecovery.settle();
    const next = xidOf(ids.nextFullXid());
    subtransactions.start(oldestActive, next);
    commitLog.trim(next);
    ids.startTransactions();
    for (const xid of twoPhaseRecovery.resume()) {
      this.tools.log.log(`recovering prepared transaction ${xid} from shared memory`);
    }
  }

  /** Tells readers to come that the record at `overwritten` was cut off, and what follows it is not its rest. */
  private logOverwrittenRecord(overwritten: Lsn): void {
    const { ctx, parts } = this.tools;
    const body = encodeOverwriteContrecord({ overwritten, time: timestampFromMs(ctx.os.clock.now()) });
    const end = parts.wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.overwriteContrecord, data: [body] });
    parts.wal.flush(end);
  }

  private enterProduction(): void {
    const { ctx, parts, controlFile } = this.tools;
    const parameters = controlParameters(ctx.settings);
    if (!sameParameters(parameters, controlFile.read().parameters)) {
      const data = [encodeParameterChange(parameters)];
      parts.wal.flush(parts.wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.parameterChange, data }));
    }
    controlFile.update({ state: 'in production', parameters });
    ctx.os.reach('recovery:in-production');
  }
}

/** The checkpoint record behind it could be read: so WAL did not end there, it is damaged. */
function endsTooEarly(checkPoint: Lsn): PgError {
  return fatal(SqlState.dataCorrupted, 'WAL ends before consistent recovery point', {
    detail: `The checkpoint record at ${formatLsn(checkPoint)} cannot be reached from its redo point.`,
    hint: 'Restore the data directory from a backup.',
  });
}

/** There is no transaction to abort: any error ends the start. */
function asFatal(thrown: unknown): unknown {
  if (!(thrown instanceof PgError) || thrown.severity !== 'ERROR') return thrown;
  return new PgError('FATAL', thrown.sqlState, thrown.message, { ...thrown.details, cause: thrown });
}

function isCrashed(control: ControlFileData): boolean {
  return control.state !== 'shut down' && control.state !== 'shut down in recovery';
}

/** Where the next record goes: over the rest of one that is missing its end. */
function resumption({ endOfLog, stop }: LogEnd): Lsn {
  return stop?.missingContrecord || endOfLog;
}

/** Nothing to replay: the checkpoint record is the last one. */
function cleanEnd(found: LocatedCheckpoint): LogEnd {
  return { endOfLog: found.endLsn, lastRecord: found.lsn, replayedRecords: 0, replayMs: 0, stop: undefined };
}
