import { PgError, error, type Notice } from '../../../../engine/base/errors.js';
import { Settings } from '../../../../engine/base/settings/settings.js';
import type { SettingName } from '../../../../engine/base/settings/settings-table.js';
import { SqlState } from '../../../../engine/base/sqlstate.js';
import { arenaBytes } from '../../../../engine/memory/arena.js';
import { AUXILIARY_SLOTS, memorySizes, type MemorySizes } from '../../../../engine/memory/area-table.js';
import type { Os, SharedMemory } from '../../../../engine/os/os.js';
import { assembleEngine, attachMemory, type Instance } from '../../../../engine/processes/instance.js';
import { processTable, processTypeNumber, type ProcessType } from '../../../../engine/processes/process-table.js';
import { CheckpointFlag } from '../../../../engine/recovery/recovery.js';
import { Session, enterDatabase, lookUpLogin } from '../../../../engine/sql/session.js';
import { MemoryFiles } from '../../../disks/memory-files.js';
import type { Volume } from '../../../disks/volume.js';
import type { Row } from '../../../workloads/workload.js';
import { SeededRandom } from '../../../schedulers/seeded-random.js';
import {
  SimulatedError,
  type ClusterOptions,
  type SimulatedCluster,
  type SimulatedSession,
} from '../../simulated-target.js';
import { faultyMachine } from './faulty-machine.js';
import { SimulatedMemory, VirtualClock, memoryOs } from './memory-os.js';
import { queryRows } from './session-rows.js';
import { ENGINE_DATA_DIRECTORY } from './simulation-module.js';

const FIRST_PID = 100;
/** Tells engines that they are not alone: what a process of its own does in a server, one does here. */
const SHARED_FD = 3;
/** Sessions wait for nobody who could go on: whoever meets a lock gives up. */
const FIXED_SETTINGS = {
  lock_timeout: 1,
  log_checkpoints: 'off',
  backend_pool_size: 0,
  max_connections: 12,
  max_locks_per_transaction: 10,
};

/** Settings by PostgreSQL's names, on top of what every simulated server needs. */
export function simulatedSettings(values: Readonly<Record<string, string | number>>): Settings {
  const settings = new Settings();
  for (const [name, value] of Object.entries({ ...values, ...FIXED_SETTINGS })) {
    settings.setText(name as SettingName, String(value), 'override');
  }
  return settings;
}

const HOME = 'postgres';

interface SimulatedProcess {
  readonly name: string;
  readonly instance: Instance;
  /** Of a backend. */
  session?: Session;
}

/**
 * The processes of a server, each with an engine of its own on shared memory, taking turns in one thread. What a process
 * does in one turn is what it does between two waits; a turn may be interrupted at named points, where others run.
 */
export class EngineCluster implements SimulatedCluster {
  private readonly clock = new VirtualClock();
  private readonly memoryProvider = new SimulatedMemory(this.clock, SHARED_FD, () => this.serveRequests());
  private readonly settings: Settings;
  private readonly sizes: MemorySizes;
  private shared: SharedMemory | undefined;
  private readonly processes = new Map<string, SimulatedProcess>();
  private nextPid = FIRST_PID;
  private isCheckpointing = false;
  isUp = false;

  constructor(
    private readonly volume: Volume,
    private readonly options: ClusterOptions,
  ) {
    this.settings = simulatedSettings(options.settings);
    this.sizes = memorySizes(this.settings);
  }

  nowMs(): number {
    return this.clock.monotonic();
  }

  start(): void {
    this.dispose();
    this.shared = this.memoryProvider.create(arenaBytes(this.sizes));
    const startup = this.spawn('startup', 'startup', processTable.startup.auxiliarySlot!);
    this.run(startup, ({ recovery }) => recovery.runStartup());
    this.end('startup');
    this.isUp = true;
    this.spawnAuxiliary('checkpointer').instance.recovery.requests.attachCheckpointer();
    this.spawnAuxiliary('walwriter');
    this.spawnAuxiliary('bgwriter');
  }

  connect(client: number): SimulatedSession {
    return this.open(HOME, `backend#${client}`, client - 1);
  }

  /** On a connection of its own, in a backend that ends with it. */
  queryIn(database: string, client: number, sql: string): Row[] {
    if (!this.isUp) throw connectionLost();
    const name = `backend in ${database}#${client}`;
    const place = FIXED_SETTINGS.max_connections - client;
    try {
      return this.open(database, name, place).query(sql);
    } finally {
      this.leave(name, place);
    }
  }

  private open(database: string, name: string, place: number): SimulatedSession {
    const backend = this.spawn('backend', name, place);
    const { engine, session } = this.run(backend, (instance) => ({
      engine: instance,
      session: logIn(instance, database),
    }));
    backend.session = session;
    return {
      query: (sql, input) => {
        if (!this.isUp || this.processes.get(name)?.instance !== engine) throw connectionLost();
        return this.guarded(() => queryRows(session, sql, input));
      },
    };
  }

  private leave(name: string, place: number): void {
    this.processes.get(name)?.instance.memory.slots.free(place);
    this.end(name);
  }

  checkpoint(): void {
    if (this.isCheckpointHeldUp()) return;
    this.isCheckpointing = true;
    try {
      this.turn('checkpointer', ({ recovery, storage }) => {
        storage.sync.absorb();
        recovery.serveRequests(CheckpointFlag.immediate);
      });
    } finally {
      this.isCheckpointing = false;
    }
  }

  /**
   * A process waits for a checkpoint that it has asked for: it comes now. That it fails, the process is told itself. Where
   * the process runs inside another checkpoint, or inside what one would wait for, it cannot wait itself, and gives up as if
   * it had been cancelled.
   */
  private serveRequests(): boolean {
    const checkpointer = this.processes.get('checkpointer');
    if (!checkpointer?.instance.recovery.requests.isPending()) return false;
    if (this.isCheckpointHeldUp()) throw error(SqlState.queryCanceled, 'canceling statement due to user request');
    try {
      this.checkpoint();
    } catch (thrown) {
      if (!this.isUp) throw thrown;
    }
    return true;
  }

  /** By a process that was interrupted: it is at a checkpoint itself, or a checkpoint would wait for it. */
  private isCheckpointHeldUp(): boolean {
    const slots = this.processes.get('checkpointer')?.instance.memory.slots;
    return this.isCheckpointing || (slots !== undefined && isAnyHoldingUp(slots));
  }

  writeBuffers(): void {
    this.turn('bgwriter', ({ storage }) => storage.buffers.backgroundSweep(this.settings.get('bgwriter_lru_maxpages')));
  }

  flushLog(): void {
    this.clock.advance(this.settings.get('wal_writer_delay'));
    this.turn('walwriter', ({ wal }) => wal.backgroundFlush());
  }

  syncLog(): void {
    this.turn('walwriter', ({ wal }) => wal.flush(wal.insertLsn()));
  }

  endSessions(): void {
    for (const process of [...this.processes.values()].filter(({ session }) => session)) {
      this.run(process, () => process.session!.close());
      this.end(process.name);
    }
  }

  shutDown(): void {
    this.turn('checkpointer', ({ recovery }) => {
      recovery.requests.detachCheckpointer();
      recovery.performShutdownCheckpoint();
    });
    this.dispose();
  }

  dispose(): void {
    for (const { instance } of this.processes.values()) instance.storage.files.closeAll();
    this.processes.clear();
    this.shared?.release();
    this.shared = undefined;
    this.isUp = false;
  }

  private spawnAuxiliary(type: 'checkpointer' | 'walwriter' | 'bgwriter'): SimulatedProcess {
    return this.spawn(type, type, processTable[type].auxiliarySlot!);
  }

  private spawn(type: ProcessType, name: string, place: number): SimulatedProcess {
    const pid = this.nextPid++;
    const os = this.openOs(type, name, pid);
    const slot = type === 'backend' ? place : this.sizes.processSlots - AUXILIARY_SLOTS + place;
    const { memory, interrupts } = attachMemory(os, this.shared!, this.sizes, slot);
    memory.slots.claim(pid, processTypeNumber(type));
    if (this.options.onPoint) {
      const { onPoint } = this.options;
      const strike = os.reach;
      os.reach = (point) => {
        strike(point);
        if (memory.lwlocks.heldCount === 0) onPoint(name, point);
      };
    }
    const instance = assembleEngine({
      os,
      memory,
      settings: this.settings.layer(),
      interrupts,
      dataDirectory: ENGINE_DATA_DIRECTORY,
      serverStart: 0,
      notice: (notice) => this.log(name, notice),
      reloadConfiguration: () => false,
    });
    const process = { name, instance };
    this.processes.set(name, process);
    return process;
  }

  private openOs(type: ProcessType, name: string, pid: number): Os {
    const { clock, volume, options } = this;
    const memory = new MemoryFiles(volume, (act) => options.observe(name, act));
    const machine = options.faults
      ? faultyMachine(memory, options.faults, { type, name, pid, clock })
      : { files: memory, clock };
    return memoryOs({ ...machine, random: new SeededRandom(pid), sharedMemory: this.memoryProvider, pid });
  }

  private end(name: string): void {
    this.processes.get(name)?.instance.storage.files.closeAll();
    this.processes.delete(name);
  }

  private turn(name: string, work: (instance: Instance) => void): void {
    const process = this.processes.get(name);
    if (!process) throw connectionLost();
    this.run(process, work);
  }

  private run<T>({ instance }: SimulatedProcess, work: (instance: Instance) => T): T {
    return this.guarded(() => {
      try {
        return work(instance);
      } catch (thrown) {
        instance.memory.lwlocks.releaseAll();
        instance.storage.buffers.releaseAll();
        throw asSimulated(thrown);
      }
    });
  }

  /** A PANIC, or a bug, of any process ends all of them: what they held of shared memory may be half changed. */
  private guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      if (thrown instanceof SimulatedError && thrown.severity === 'ERROR') throw this.isUp ? thrown : connectionLost();
      this.dispose();
      throw thrown;
    }
  }

  private log(process: string, { severity, message }: Notice): void {
    this.options.log?.(`${process}: ${severity}: ${message}`);
  }
}

/** Being refused is an error like any other: nobody but the client that asked is the worse for it. */
function logIn(instance: Instance, database: string): Session {
  try {
    const login = lookUpLogin(instance, database, HOME);
    enterDatabase(instance, database, login);
    const callbacks = { notice: () => {}, parameterStatus: () => {} };
    return new Session(instance, { database, role: HOME, ...login }, callbacks);
  } catch (thrown) {
    if (!(thrown instanceof PgError) || thrown.severity !== 'FATAL') throw thrown;
    throw new SimulatedError('ERROR', thrown.sqlState, thrown.message, { cause: thrown });
  }
}

function isAnyHoldingUp(slots: Instance['memory']['slots']): boolean {
  for (let slot = 0; slot < slots.count; slot++) if (slots.delayCheckpoint(slot) !== 0) return true;
  return false;
}

export function asSimulated(thrown: unknown): unknown {
  if (!(thrown instanceof PgError)) return thrown;
  const { severity, sqlState, message, details } = thrown;
  return new SimulatedError(severity, sqlState, message, { cause: thrown, detail: details.detail });
}

function connectionLost(): SimulatedError {
  return new SimulatedError('FATAL', '57P02', 'the server has gone', { cause: undefined });
}
