import { assert, error, panic } from '../base/errors.js';
import { INVALID_LSN, type Lsn } from '../base/lsn.js';
import { SqlState } from '../base/sqlstate.js';
import { INVALID_XID, xidOf } from '../base/xid.js';
import type { EngineContext } from '../memory/context.js';
import { Rmgr, XlogInfo } from '../wal/rmgr-ids.js';
import { CheckpointFlag, isUnthrottled } from './checkpoint-flags.js';
import { encodeCheckPoint, type CheckPoint } from './checkpoint-record.js';
import { endLine, estimateDistance, startLine, type CheckpointReport } from './checkpoint-report.js';
import type { CheckpointRequests } from './checkpoint-requests.js';
import { WRITE_DELAY_MS, isCheckpointOnSchedule, type ScheduleSettings } from './checkpoint-schedule.js';
import type { CheckpointStatistics } from './checkpoint-statistics.js';
import type { ControlFile } from './control-file.js';
import { DelayCheckpoint, awaitDelayingTransactions } from './delaying-transactions.js';
import type { EngineParts } from './engine-parts.js';
import type { RecoveryLog } from './log.js';
import { oldestActiveXid } from './oldest-active-xid.js';
import { writeShutdownManifest } from './shutdown-manifest.js';

/**
 * A checkpoint (xlog.c CreateCheckPoint): a promise that replay may begin at its redo point.
 *
 *   redo point fixed ─► counters noted ─► commits in flight awaited ─► commit log and buffers written ─► files synced
 *   ─► record inserted and flushed ─► pg_control ─► WAL before the redo point let go
 *
 * Each arrow matters. A change logged before the redo point is in a buffer when the buffers are walked or, for a
 * commit, in the commit log: hence the wait between the two. pg_control names a record only when the record is durable,
 * and that only when all it promises is. The redo point, not the record, says which WAL is still needed.
 */
export interface CheckpointTools {
  readonly ctx: EngineContext;
  readonly parts: EngineParts;
  readonly controlFile: ControlFile;
  readonly requests: CheckpointRequests;
  readonly statistics: CheckpointStatistics;
  readonly schedule: () => ScheduleSettings;
  readonly log: RecoveryLog;
}

interface Begun {
  readonly checkPoint: CheckPoint;
  readonly startMs: number;
}

type Written = Pick<CheckpointReport, 'buffersWritten' | 'writeMs' | 'syncMs' | 'sync'>;

/** Even when it never rests, other processes' queue of sync requests must not fill up. */
const WRITES_PER_ABSORB = 1000;
const FINAL_FLAGS = CheckpointFlag.isShutdown | CheckpointFlag.endOfRecovery;

/** Performs checkpoints for one process. Only one process of a cluster does so at a time. */
export class Checkpointing {
  private estimateBytes = 0;

  constructor(private readonly tools: CheckpointTools) {}

  /** One checkpoint; undefined when nothing happened since the last one and so none was needed. */
  perform(flags: number): CheckpointReport | undefined {
    const { ctx, parts, log, controlFile } = this.tools;
    if (!parts.wal.isOpen()) throw error(SqlState.internalError, "can't create a checkpoint during recovery");
    parts.storage.sync.preCheckpoint();
    const begun = ctx.interrupts.critical(() => this.begin(flags));
    if (!begun) return undefined;
    if (ctx.settings.get('log_checkpoints')) log.log(startLine(flags));
    ctx.os.reach('checkpoint:redo-fixed');
    const written = this.writeEverything(flags, begun);
    const previousRedo = controlFile.read().checkPointCopy.redo;
    const end = ctx.interrupts.critical(() => this.publish(flags, begun.checkPoint));
    parts.storage.sync.postCheckpoint();
    return this.finish(flags, begun, written, previousRedo, end);
  }

  /** Fixes the redo point, so that what is logged from here on is replayed, and notes the counters of that moment. */
  private begin(flags: number): Begun | undefined {
    const { ctx, controlFile } = this.tools;
    const startMs = ctx.os.clock.monotonic();
    const redo = this.fixRedo(flags);
    if (redo === undefined) return undefined;
    if (isFinal(flags)) controlFile.update({ state: 'shutting down' });
    return { startMs, checkPoint: this.noteCounters(flags, redo) };
  }

  /** Undefined when the last important record is the last checkpoint's own. */
  private fixRedo(flags: number): Lsn | undefined {
    const { wal } = this.tools.parts;
    const lastCheckpoint = this.tools.controlFile.read().checkPoint;
    const maySkip = (flags & (FINAL_FLAGS | CheckpointFlag.force)) === 0;
    return wal.withAllInsertLocks(() => {
      if (maySkip && wal.lastImportantLsn() === lastCheckpoint) return undefined;
      const redo = wal.currentInsertPosition();
      wal.setRedoLsn(redo);
      return redo;
    });
  }

  private noteCounters(flags: number, redo: Lsn): CheckPoint {
    const { ctx, parts, controlFile } = this.tools;
    const { ids } = parts.access;
    const last = controlFile.read().checkPointCopy;
    const nextXid = ids.nextFullXid();
    const oldest = ids.oldestXid();
    return {
      ...last,
      redo,
      previousTimeline: last.timeline,
      fullPageWrites: parts.wal.fullPageWrites(),
      nextXid,
      nextOid: ids.nextOid(!isFinal(flags)),
      oldestXid: oldest.xid,
      oldestXidDatabase: oldest.database,
      time: Math.floor(ctx.os.clock.now() / 1000),
      oldestActiveXid: isFinal(flags) ? INVALID_XID : oldestActiveXid(ctx, xidOf(nextXid)),
    };
  }

  /** CheckPointGuts: everything that was changed before the redo point, to disk. */
  private writeEverything(flags: number, begun: Begun): Written {
    const { ctx, parts } = this.tools;
    const { sync, buffers } = parts.storage;
    const absorb = (): void => sync.absorb();
    const { clock } = ctx.os;
    awaitDelayingTransactions(ctx, DelayCheckpoint.start, absorb);
    const writeStartMs = clock.monotonic();
    parts.access.commitLog.flush();
    parts.access.subtransactions.flush();
    const buffersWritten = buffers.checkpointFlush({
      isImmediate: isUnthrottled(flags),
      throttle: this.throttle(flags, begun),
    });
    ctx.os.reach('checkpoint:buffers-written');
    const syncStartMs = clock.monotonic();
    const synced = sync.processSyncRequests();
    ctx.os.reach('checkpoint:files-synced');
    this.writePrepared(begun.checkPoint.redo);
    awaitDelayingTransactions(ctx, DelayCheckpoint.complete, absorb);
    return {
      buffersWritten,
      sync: synced,
      writeMs: syncStartMs - writeStartMs,
      syncMs: clock.monotonic() - syncStartMs,
    };
  }

  /** As late as possible: most prepared transactions are finished by then, and need no file. */
  private writePrepared(redo: Lsn): void {
    const { ctx, parts, log } = this.tools;
    const written = parts.access.twoPhase.checkpoint(redo);
    ctx.os.reach('checkpoint:prepared-written');
    if (written === 0 || !ctx.settings.get('log_checkpoints')) return;
    const files =
      written === 1
        ? 'file was written for a long-running prepared transaction'
        : 'files were written for long-running prepared transactions';
    log.log(`${written} two-phase state ${files}`);
  }

  /** CheckpointWriteDelay: rests between writes while the checkpoint is ahead of its schedule. */
  private throttle(flags: number, begun: Begun): (done: number) => void {
    const { ctx, parts, requests, schedule } = this.tools;
    const startLsn = parts.wal.insertLsn();
    const isAlone = ctx.memory.arena.memory.fd < 0;
    const isHurried = (): boolean =>
      isAlone || isUnthrottled(flags) || requests.isHurried() || ctx.interrupts.isPending();
    let untilAbsorb = WRITES_PER_ABSORB;
    return (done) => {
      if (--untilAbsorb === 0) {
        parts.storage.sync.absorb();
        untilAbsorb = WRITES_PER_ABSORB;
      }
      const elapsedMs = ctx.os.clock.monotonic() - begun.startMs;
      const progress = { done, elapsedMs, startLsn, insertLsn: parts.wal.insertLsn() };
      if (isHurried() || !isCheckpointOnSchedule(schedule(), progress)) return;
      parts.storage.sync.absorb();
      ctx.memory.slots.waiting('Timeout', 'CheckpointWriteDelay', () => ctx.memory.latches.waitSync(WRITE_DELAY_MS));
    };
  }

  /** Logs the checkpoint, and when that is durable lets pg_control point to it. Returns the record's end. */
  private publish(flags: number, checkPoint: CheckPoint): Lsn {
    const { ctx, parts, controlFile } = this.tools;
    const info = isFinal(flags) ? XlogInfo.checkpointShutdown : XlogInfo.checkpointOnline;
    ctx.os.reach('checkpoint:before-record');
    const end = parts.wal.insert({ rmgr: Rmgr.xlog, info, data: [encodeCheckPoint(checkPoint)] });
    const start = parts.wal.lastInsertStart;
    parts.wal.flush(end);
    if (isFinal(flags) && start !== checkPoint.redo) {
      const text = 'concurrent write-ahead log activity while database system is shutting down';
      throw panic(SqlState.internalError, text);
    }
    assert(!parts.wal.needsFlush(end), 'invariant 1 of recovery: the record is durable before pg_control names it');
    ctx.os.reach('checkpoint:before-control-file');
    if (isShutdown(flags)) writeShutdownManifest(ctx.os, ctx.dataDirectory);
    controlFile.update((now) => ({
      state: isShutdown(flags) ? 'shut down' : now.state,
      checkPoint: start,
      checkPointCopy: checkPoint,
      minRecoveryPoint: INVALID_LSN,
      minRecoveryPointTimeline: 0,
    }));
    ctx.os.reach('checkpoint:after-control-file');
    return end;
  }

  private finish(flags: number, begun: Begun, written: Written, previousRedo: Lsn, end: Lsn): CheckpointReport {
    const { ctx, parts, log, statistics } = this.tools;
    const { redo } = begun.checkPoint;
    const { buffersWritten, sync, writeMs, syncMs } = written;
    const distanceBytes = redo - previousRedo;
    this.estimateBytes = estimateDistance(this.estimateBytes, distanceBytes);
    const segments = parts.wal.removeOldSegments(redo, previousRedo, end);
    for (const problem of segments.problems) log.log(problem.message);
    parts.access.subtransactions.truncate(parts.access.processes.oldestConsideredRunning());
    const report = {
      buffersWritten,
      sync,
      writeMs,
      syncMs,
      flags,
      redo,
      endLsn: end,
      buffers: ctx.settings.get('shared_buffers'),
      segments,
      totalMs: ctx.os.clock.monotonic() - begun.startMs,
      distanceBytes,
      estimateBytes: this.estimateBytes,
    };
    statistics.add({ writeTimeMs: writeMs, syncTimeMs: syncMs, buffersWritten });
    if (ctx.settings.get('log_checkpoints')) log.log(endLine(report));
    ctx.os.reach('checkpoint:done');
    return report;
  }
}

/** Is the checkpoint the last thing logged, by the only process that still may? */
function isFinal(flags: number): boolean {
  return (flags & FINAL_FLAGS) !== 0;
}

function isShutdown(flags: number): boolean {
  return (flags & CheckpointFlag.isShutdown) !== 0;
}
