import { constants } from 'node:os';
import { errnoOf } from '../base/errors.js';
import { setParentDeathSignal } from './libc.js';
import type { Processes, SignalName } from './os.js';

export const realProcesses: Processes = {
  pid: process.pid,

  signal(pid: number, name: SignalName): boolean {
    try {
      return process.kill(pid, name);
    } catch (thrown) {
      if (errnoOf(thrown) === 'ESRCH') return false;
      throw thrown;
    }
  },

  isAlive(pid: number): boolean {
    try {
      return process.kill(pid, 0);
    } catch (thrown) {
      return errnoOf(thrown) === 'EPERM';
    }
  },

  setTitle(title: string): void {
    process.title = title;
  },

  dieWithParent(parentPid: number): void {
    setParentDeathSignal(constants.signals.SIGKILL);
    if (process.ppid !== parentPid) process.kill(process.pid, 'SIGKILL');
  },

  onSignal(name: SignalName, handler: () => void): void {
    process.on(name, handler);
  },

  exit: (code: number) => process.exit(code),
};
