import { join } from 'node:path';
import { DEFAULT_TABLESPACE, Fork, type Oid } from '../base/block.js';
import { errnoOf } from '../base/errors.js';
import { isOutOfDescriptors } from '../base/system-errors.js';
import type { EngineContext } from '../memory/context.js';
import { fileError } from './file-errors.js';
import { FileGeneration } from './file-generation.js';
import { databaseDirectory, relationPath } from './relation-paths.js';
import { SyncQueue, type SyncRequest } from './sync-queue.js';

/**
 * Files that the next checkpoint must make durable or remove (storage/sync.c).
 *
 *   any process ── register ──► shared queue ── absorb ──► pending tables of the one process that checkpoints
 *
 * Every request passes the queue, the checkpointing process's own too, so their order is the order of the events and
 * nothing is lost when the startup process hands over to the checkpointer. An fsync that failed is never tried again:
 * the kernel may have dropped the pages, so only replaying the WAL can bring them back (PANIC).
 */
const REQUESTS_PER_ABSORB = 10;

interface Pending {
  readonly request: SyncRequest;
  /** The pass or checkpoint during which it arrived. */
  cycle: number;
  canceled: boolean;
}

export interface SyncResult {
  readonly files: number;
  readonly longestMs: number;
  readonly totalMs: number;
}

export class SyncRequests {
  private readonly queue: SyncQueue;
  private readonly generation: FileGeneration;
  private readonly pendingSyncs = new Map<string, Pending>();
  private pendingUnlinks: Pending[] = [];
  private syncCycle = 0;
  private checkpointCycle = 0;
  private isCollector: boolean;
  /** Requests of this process that are still in the queue, valid while it has not been emptied. */
  private readonly queued = new Set<string>();
  private queuedSince = -1;

  constructor(private readonly context: EngineContext) {
    this.queue = new SyncQueue(context.memory);
    this.generation = new FileGeneration(context.memory.arena);
    this.isCollector = context.memory.arena.memory.fd < 0;
  }

  /**
   * Asks for an fsync at the next checkpoint. To be called after the write. False when the queue is full: the caller
   * must fsync itself, now.
   */
  requestSync(request: SyncRequest): boolean {
    const key = `${request.kind} ${targetPath(request)}`;
    const absorptions = this.queue.absorptions;
    if (this.queuedSince !== absorptions) {
      this.queued.clear();
      this.queuedSince = absorptions;
    }
    if (this.queued.has(key)) return true;
    if (!this.queue.push(request) && !(this.isCollector && this.absorbAndPush(request))) return false;
    if (this.queue.absorptions === absorptions) this.queued.add(key);
    return true;
  }

  /** The files of a database are about to be removed: nothing is to be done with them any more. */
  forgetDatabase(database: Oid): void {
    const request = { tablespace: DEFAULT_TABLESPACE, database, relation: 0, fork: Fork.main, segment: 0 };
    this.announce({ ...request, kind: 'forget-database' });
  }

  /** Sends a `forget` or an `unlink`, which must not be lost: waits for room. */
  announce(request: SyncRequest): void {
    this.queued.clear();
    for (;;) {
      const seen = this.queue.absorptions;
      if (this.queue.push(request)) return;
      if (this.isCollector) this.absorb();
      else this.queue.waitUntilTaken(seen);
    }
  }

  /** Moves the queued requests of all processes into this one's tables. Checkpointer and startup process only. */
  absorb(): void {
    this.isCollector = true;
    for (const request of this.queue.takeAll()) this.remember(request);
  }

  /** Puts what this process still has to do back into the queue, for the checkpointer that follows it. */
  handOver(): void {
    const left = [...this.pendingSyncs.values(), ...this.pendingUnlinks].filter((pending) => !pending.canceled);
    this.pendingSyncs.clear();
    this.pendingUnlinks = [];
    for (const { request } of left) if (!this.queue.push(request)) this.carryOut(request);
  }

  /** Before the redo point is taken: unlinks asked for from now on belong to the NEXT checkpoint. */
  preCheckpoint(): void {
    this.absorb();
    this.checkpointCycle++;
  }

  /** Fsyncs every file written since the last call (ProcessSyncRequests). PANIC when one fails. */
  processSyncRequests(): SyncResult {
    this.absorb();
    this.syncCycle++;
    const durations: number[] = [];
    let untilAbsorb = REQUESTS_PER_ABSORB;
    for (const [key, pending] of this.pendingSyncs) {
      if (pending.cycle === this.syncCycle) continue;
      if (--untilAbsorb === 0) {
        untilAbsorb = REQUESTS_PER_ABSORB;
        this.absorb();
      }
      if (!pending.canceled && this.context.settings.get('fsync')) durations.push(this.syncPending(pending));
      if (this.pendingSyncs.get(key) === pending) this.pendingSyncs.delete(key);
    }
    const totalMs = durations.reduce((sum, each) => sum + each, 0);
    return { files: durations.length, longestMs: Math.max(0, ...durations), totalMs };
  }

  /** Removes the files whose relation was dropped before this checkpoint began. */
  postCheckpoint(): void {
    const due = this.pendingUnlinks.filter((pending) => pending.cycle !== this.checkpointCycle);
    this.pendingUnlinks = this.pendingUnlinks.filter((pending) => pending.cycle === this.checkpointCycle);
    const directories = new Set<string>();
    for (const { request } of due) {
      this.unlink(request);
      directories.add(databaseDirectory(request.tablespace, request.database));
    }
    // A removed name that came back after a crash would show its old contents to the name's next owner.
    for (const directory of directories) this.syncDirectory(directory);
    if (due.length > 0) this.generation.filesChanged();
  }

  private absorbAndPush(request: SyncRequest): boolean {
    this.absorb();
    return this.queue.push(request);
  }

  private remember(request: SyncRequest): void {
    const key = targetPath(request);
    if (request.kind === 'forget-database') {
      this.cancelDatabase(request.database);
    } else if (request.kind === 'forget') {
      const pending = this.pendingSyncs.get(key);
      if (pending) pending.canceled = true;
    } else if (request.kind === 'unlink') {
      this.pendingUnlinks.push({ request, cycle: this.checkpointCycle, canceled: false });
    } else {
      const pending = this.pendingSyncs.get(key);
      // An entry of an earlier pass keeps its cycle: it must not escape the pass that is going on.
      if (!pending || pending.canceled) this.replace(key, { request, cycle: this.syncCycle, canceled: false });
    }
  }

  private cancelDatabase(database: Oid): void {
    const isMeant = ({ request }: Pending): boolean => request.database === database;
    for (const pending of this.pendingSyncs.values()) if (isMeant(pending)) pending.canceled = true;
    this.pendingUnlinks = this.pendingUnlinks.filter((pending) => !isMeant(pending));
  }

  private replace(key: string, pending: Pending): void {
    this.pendingSyncs.delete(key);
    this.pendingSyncs.set(key, pending);
  }

  /** A missing file may have been dropped a moment ago: its `forget` is then in the queue. */
  private syncPending(pending: Pending): number {
    const started = this.context.os.clock.monotonic();
    for (let attempt = 0; !pending.canceled; attempt++) {
      try {
        this.syncTarget(pending.request);
        break;
      } catch (thrown) {
        if (errnoOf(thrown) !== 'ENOENT' || attempt > 0) throw this.syncFailed(targetPath(pending.request), thrown);
        if (pending.request.kind === 'sync-directory') break;
        this.absorb();
      }
    }
    return this.context.os.clock.monotonic() - started;
  }

  private syncTarget(request: SyncRequest): void {
    const { files } = this.context.os;
    this.context.os.reach('sync:before-fsync');
    if (request.kind === 'sync-directory') return files.fsyncDirectory(this.absolute(targetPath(request)));
    const fd = files.open(this.absolute(targetPath(request)), 'read-write');
    try {
      files.fsync(fd);
    } finally {
      files.close(fd);
    }
  }

  private unlink(request: SyncRequest): void {
    try {
      this.context.os.files.unlink(this.absolute(targetPath(request)));
    } catch (thrown) {
      // Anything else than "already gone" is tried again after the next checkpoint.
      if (errnoOf(thrown) !== 'ENOENT')
        this.pendingUnlinks.push({ request, cycle: this.checkpointCycle, canceled: false });
    }
  }

  private carryOut(request: SyncRequest): void {
    if (request.kind === 'unlink') return this.announce(request);
    if (this.context.settings.get('fsync')) this.syncPending({ request, cycle: this.syncCycle, canceled: false });
  }

  private syncDirectory(directory: string): void {
    if (!this.context.settings.get('fsync')) return;
    try {
      this.context.os.files.fsyncDirectory(this.absolute(directory));
    } catch (thrown) {
      if (errnoOf(thrown) !== 'ENOENT') throw this.syncFailed(directory, thrown);
    }
  }

  /** Without a descriptor no fsync was tried, and nothing lost: the file stays due, and the checkpoint is made again. */
  private syncFailed(path: string, cause: unknown): Error {
    if (isOutOfDescriptors(cause)) return fileError('ERROR', `open file "${path}"`, cause);
    return fileError('PANIC', `fsync file "${path}"`, cause);
  }

  private absolute(path: string): string {
    return join(this.context.dataDirectory, path);
  }
}

function targetPath(request: SyncRequest): string {
  if (request.kind === 'sync-directory') return databaseDirectory(request.tablespace, request.database);
  return relationPath(request, request.fork, request.segment);
}
