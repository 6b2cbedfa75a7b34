import { PgError } from '../base/errors.js';
import { Settings } from '../base/settings/settings.js';
import { arenaBytes } from '../memory/arena.js';
import { Interrupt } from '../memory/process-slots.js';
import type { Network } from '../os/network.js';
import type { Os } from '../os/os.js';
import { preloadLibraries } from '../os/preload.js';
import { openRealOs } from '../os/real-os.js';
import { AutovacuumBoard } from './autovacuum/board.js';
import { assembleEngine, attachMemory, type Instance } from './instance.js';
import { processDefinition, processTable, processTypeNumber, type ProcessType } from './process-table.js';
import { ServerLog } from './server-log.js';
import { ServerProcess, type ChildArguments } from './server-process.js';
import { SharedSettings } from './shared-settings.js';

/** Inherited; descriptor 4, never used, keeps the data directory locked while any child lives. */
const SHARED_MEMORY_FD = 3;

const EXIT_FATAL = 1;
const EXIT_CRASH = 2;

/** The life of a child of the postmaster, whatever its type: attach, run its loop, end. */
export async function runChild(type: ProcessType, args: ChildArguments): Promise<void> {
  const loop = processDefinition(type).load(); // modules load while the rest is set up
  loop.catch(() => {});
  const os = await openOs(type);
  os.processes.dieWithParent(args.postmasterPid);
  const shared = os.sharedMemory.attach(SHARED_MEMORY_FD, arenaBytes(args.sizes));
  const { memory, interrupts } = attachMemory(os, shared, args.sizes, args.slot);
  const settings = Settings.fromJSON(new SharedSettings(memory.arena).read());
  const log = new ServerLog(os, settings);
  memory.slots.claim(os.processes.pid, processTypeNumber(type));
  const openInstance = (): Instance =>
    assembleEngine({
      os,
      memory,
      settings,
      interrupts,
      dataDirectory: args.dataDirectory,
      serverStart: args.serverStart,
      notice: log.notice,
      reloadConfiguration: () => os.processes.signal(args.postmasterPid, 'SIGHUP'),
      onVacuumNeeded: () => {
        new AutovacuumBoard(memory).requestLauncher();
        os.processes.signal(args.postmasterPid, 'SIGUSR2');
      },
      onAsyncCommit: () => memory.latches.set(memory.slots.backendCount + processTable.walwriter.auxiliarySlot),
    });
  const self = new ServerProcess(type, args, os, memory, interrupts, settings, log, openInstance);
  await guard(self, async () => {
    self.setTitle(processDefinition(type).title);
    takeSignals(self);
    await preloadLibraries(settings.get('shared_preload_libraries'), { os, processType: type });
    await (
      await loop
    )(self);
  });
  os.processes.exit(0);
}

async function openOs(type: ProcessType): Promise<Os & { network?: Network }> {
  const os = openRealOs();
  if (!processDefinition(type).takesConnections) return os;
  return { ...os, network: (await import('../os/real-network.js')).realNetwork };
}

/** Ends the process as its error says: FATAL with exit code 1; PANIC by SIGABRT and a bug with exit code 2, crashes both. */
async function guard(self: ServerProcess, life: () => Promise<void>): Promise<void> {
  const { processes } = self.os;
  try {
    await life();
  } catch (thrown) {
    self.log.error(thrown);
    const severity = thrown instanceof PgError ? thrown.severity : undefined;
    if (severity === 'PANIC') processes.signal(processes.pid, 'SIGABRT');
    processes.exit(severity === undefined || severity === 'PANIC' ? EXIT_CRASH : EXIT_FATAL);
  }
}

/** Signals by hand mean what they mean in PostgreSQL. The postmaster itself asks through shared memory. */
function takeSignals({ type, os, memory }: ServerProcess): void {
  const raise = (bits: number) => () => {
    memory.slots.raiseInterrupt(memory.slots.mine, bits);
    memory.latches.set(memory.slots.mine);
  };
  os.processes.onSignal('SIGHUP', raise(Interrupt.reload));
  os.processes.onSignal('SIGTERM', type === 'checkpointer' ? () => {} : raise(Interrupt.terminate));
  const isCancellable = type === 'backend' || type === 'autovacworker';
  os.processes.onSignal('SIGINT', isCancellable ? raise(Interrupt.cancel) : () => {});
}
