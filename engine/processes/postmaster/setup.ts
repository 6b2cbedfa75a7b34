import { PgError } from '../../base/errors.js';
import { Settings } from '../../base/settings/settings.js';
import { memorySizes } from '../../memory/area-table.js';
import { arenaBytes } from '../../memory/arena.js';
import { openMemory, type Memory } from '../../memory/memory.js';
import type { FileDescriptor } from '../../os/os.js';
import { preloadLibraries } from '../../os/preload.js';
import type { ServerOs } from '../../os/server-os.js';
import { readControlFile } from '../../recovery/control-file.js';
import { ServerLog } from '../server-log.js';
import { SETTINGS_FILE, applyCommandLine, loadSettingsFile } from '../settings-file.js';
import { SharedSettings, applyReload } from '../shared-settings.js';
import type { Surroundings } from './children.js';
import { checkDataDirectory, lockDataDirectory } from './data-directory.js';
import { PID_FILE, writePidFile, type PostmasterStatus } from './pid-file.js';
import type { Sockets } from './sockets.js';

export interface PostmasterOptions {
  /** Absolute. */
  readonly dataDirectory: string;
  /** `name=value`, in order of the command line. */
  readonly assignments: readonly string[];
  /** Absolute path of main.js. */
  readonly program: string;
}

/** Everything a postmaster needs before its first child, made in the order in which it may fail. */
export interface PostmasterSetup {
  readonly os: ServerOs;
  readonly settings: Settings;
  readonly log: ServerLog;
  readonly memory: Memory;
  readonly dataDirectory: string;
  readonly surroundings: Surroundings;
  /** Writes postmaster.pid. */
  reportStatus(status: PostmasterStatus, sockets: Sockets): void;
  /** Zeroes shared memory; only when no child is left. */
  resetMemory(): void;
  /** Reads the settings file again and publishes it; false, with a line in the log, when it is wrong. */
  reloadSettings(): boolean;
  removePidFile(): void;
}

export async function setUpPostmaster(
  os: ServerOs,
  options: PostmasterOptions,
  log: ServerLog,
  settings: Settings,
): Promise<PostmasterSetup> {
  const { dataDirectory } = options;
  checkDataDirectory(os.files, dataDirectory, os.host.userId);
  const pidFile = `${dataDirectory}/${PID_FILE}`;
  const lock = lockDataDirectory(os.files, dataDirectory, pidFile);
  loadSettings(os, options, settings);
  await preloadLibraries(settings.get('shared_preload_libraries'), { os, processType: 'postmaster' });
  settings.set('wal_segment_size', readControlFile(os, dataDirectory).segmentBytes, 'override');
  return assemble(os, options, settings, log, lock);
}

function loadSettings(os: ServerOs, { dataDirectory, assignments }: PostmasterOptions, settings: Settings): void {
  loadSettingsFile(os.files, `${dataDirectory}/${SETTINGS_FILE}`, settings);
  applyCommandLine(settings, assignments);
  settings.set('data_directory', dataDirectory, 'override');
}

function assemble(
  os: ServerOs,
  options: PostmasterOptions,
  settings: Settings,
  log: ServerLog,
  lock: FileDescriptor,
): PostmasterSetup {
  const { dataDirectory } = options;
  const pidFile = `${dataDirectory}/${PID_FILE}`;
  const sizes = memorySizes(settings);
  const shared = os.sharedMemory.create(arenaBytes(sizes));
  const memory = openMemory(os, shared, sizes, -1);
  const serverStart = os.clock.now();
  const sharedSettings = new SharedSettings(memory.arena);
  sharedSettings.publish(settings);
  const surroundings: Surroundings = {
    os,
    memory,
    sizes,
    dataDirectory,
    serverStart,
    clusterName: settings.get('cluster_name'),
    inherit: [shared.fd, lock],
    program: options.program,
  };
  return {
    os,
    settings,
    log,
    memory,
    dataDirectory,
    surroundings,
    reportStatus: (status, { port, socketDirectory, listenAddress }) =>
      writePidFile(os.files, pidFile, {
        pid: os.processes.pid,
        dataDirectory,
        port,
        socketDirectory,
        listenAddress,
        status,
        startTime: Math.floor(serverStart / 1000),
      }),
    resetMemory() {
      shared.clear();
      sharedSettings.publish(settings);
    },
    reloadSettings: () => reload(os, options, settings, log, sharedSettings),
    removePidFile: () => os.files.unlink(pidFile),
  };
}

function reload(
  os: ServerOs,
  options: PostmasterOptions,
  settings: Settings,
  log: ServerLog,
  shared: SharedSettings,
): boolean {
  log.log('received SIGHUP, reloading configuration files');
  const fresh = new Settings();
  try {
    loadSettings(os, options, fresh);
  } catch (thrown) {
    log.log((thrown as Error).message);
    log.log(`configuration file "${options.dataDirectory}/${SETTINGS_FILE}" contains errors; no changes were applied`);
    if (!(thrown instanceof PgError)) log.error(thrown);
    return false;
  }
  fresh.set('wal_segment_size', settings.get('wal_segment_size'), 'override');
  for (const name of applyReload(settings, fresh.toJSON())) {
    log.log(`parameter "${name}" cannot be changed without restarting the server`);
  }
  shared.publish(settings);
  return true;
}
