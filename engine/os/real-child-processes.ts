import type { Socket } from 'node:net';
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { childEnvironment } from './child-environment.js';
import { nodeOptions } from './node-options.js';
import type { Child, ChildPlan, ChildProcesses } from './child-processes.js';
import type { FileDescriptor } from './os.js';
import { isReceipt, type RealConnection } from './real-network.js';

/** `process.title` is cut to the length of the command line, so every child gets a blank argument this long. */
const TITLE_ROOM = ' '.repeat(160);

function start(
  options: readonly string[],
  plan: Pick<ChildPlan, 'module' | 'args' | 'title'>,
  stdio: StdioOptions,
  detached: boolean,
): ChildProcess {
  return spawn(process.execPath, [...options, plan.module, ...plan.args, TITLE_ROOM], {
    argv0: plan.title,
    env: childEnvironment(),
    stdio,
    detached,
  });
}

/**
 * Our copy of a socket stays open until the child says that it has its own, and is closed when the child ends. Left to
 * itself, Node never closes the copy for a child that dies before it took the socket, and the client would wait for ever.
 */
function asChild(child: ChildProcess): Child {
  const underway: Socket[] = [];
  child.on('message', (message) => isReceipt(message) && underway.shift()?.destroy());
  child.on('exit', () => underway.splice(0).forEach((socket) => socket.destroy()));
  return {
    pid: child.pid ?? 0,
    signal: (name) => void child.kill(name),
    handOver(message, connection) {
      const { socket } = connection as RealConnection;
      if (!child.connected) return void socket.destroy();
      underway.push(socket);
      child.send(message, socket, { keepOpen: true }, (failure) => failure && socket.destroy());
    },
    onMessage: (handler) => void child.on('message', (message) => isReceipt(message) || handler(message as object)),
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
    return asChild(start(process.execArgv, plan, plan.takesConnections ? [...stdio, 'ipc'] : stdio, false));
  },

  spawnDetached(module: string, args: readonly string[], title: string, log: FileDescriptor): Child {
    return asChild(start(nodeOptions(module), { module, args, title }, ['ignore', log, log], true));
  },
};
