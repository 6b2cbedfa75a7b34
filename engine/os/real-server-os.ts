import * as fs from 'node:fs';
import { realChildProcesses } from './real-child-processes.js';
import { realNetwork } from './real-network.js';
import { openRealOs } from './real-os.js';
import type { ServerOs } from './server-os.js';

/** The machine with sockets and children. A new object each time, so that a preloaded library may replace its parts. */
export function openServerOs(): ServerOs {
  return {
    ...openRealOs(),
    network: realNetwork,
    children: realChildProcesses,
    host: {
      userId: process.getuid?.() ?? 0,
      environment: process.env,
      readStandardInput: () => fs.readFileSync(0, 'utf8'),
      openAppend: (path) => fs.openSync(path, 'a', 0o600),
    },
  };
}
