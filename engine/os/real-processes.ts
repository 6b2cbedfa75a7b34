import * as fs from 'node:fs';
import { constants } from 'node:os';
import { errnoOf } from '../base/errors.js';
import { setParentDeathSignal } from './libc.js';
import type { Processes, SignalName } from './os.js';

const STANDARD_ERROR = 2;

export const realProcesses: Processes = {
  get pid() {
    return process.pid;
  },

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

  report: (text) => writeWhole(STANDARD_ERROR, Buffer.from(text)),

  dieWithParent(parentPid: number): void {
    setParentDeathSignal(constants.signals.SIGKILL);
    if (process.ppid !== parentPid) process.kill(process.pid, 'SIGKILL');
  },

  onSignal(name: SignalName, handler: () => void): void {
    process.on(name, handler);
  },

  exit: (code: number) => process.exit(code),
};

/** The descriptor may be a pipe that takes only part, or nothing while it is full, or that nobody reads any more. */
function writeWhole(fd: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) {
    try {
      written += fs.writeSync(fd, bytes, written);
    } catch (thrown) {
      if (errnoOf(thrown) === 'EPIPE') return;
      if (errnoOf(thrown) !== 'EAGAIN') throw thrown;
    }
  }
}
