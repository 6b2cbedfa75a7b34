import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import type { Child, ChildPlan, ChildProcesses } from './child-processes.js';
import type { FileDescriptor } from './os.js';
import { RealConnection } from './real-network.js';

/**
 * `process.title` is cut to the length of the command line, so every child gets a blank argument this long.
 * Half the memory and less start-up time matter more than peak speed of WebAssembly: Liftoff compiles only once.
 */
const TITLE_ROOM = ' '.repeat(160);
const NODE_OPTIONS = ['--liftoff-only'];

function environment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _costsAtEveryStart, ...rest } = process.env;
  return rest;
}

function start(
  plan: Pick<ChildPlan, 'module' | 'args' | 'title'>,
  stdio: StdioOptions,
  detached: boolean,
): ChildProcess {
  return spawn(process.execPath, [...NODE_OPTIONS, plan.module, ...plan.args, TITLE_ROOM], {
    argv0: plan.title,
    env: environment(),
    stdio,
    detached,
  });
}

function asChild(child: ChildProcess): Child {
  return {
    pid: child.pid ?? 0,
    signal: (name) => void child.kill(name),
    handOver(message, connection) {
      const { socket } = connection as RealConnection;
      if (child.connected) child.send(message, socket, undefined, (failure) => failure && socket.destroy());
      else socket.destroy();
    },
    onMessage: (handler) => void child.on('message', handler),
    onEnd(handler) {
      child.on('exit', (code, signal) => handler({ code, signal }));
      child.on('error', () => child.pid === undefined && handler({ code: 1, signal: null }));
    },
    release: () => child.unref(),
  };
}

export const realChildProcesses: ChildProcesses = {
  spawn(plan: ChildPlan): Child {
    const stdio: StdioOptions = ['ignore', 'inherit', 'inherit', ...plan.inherit];
    return asChild(start(plan, plan.takesConnections ? [...stdio, 'ipc'] : stdio, false));
  },

  spawnDetached(module: string, args: readonly string[], title: string, log: FileDescriptor): Child {
    return asChild(start({ module, args, title }, ['ignore', log, log], true));
  },
};
