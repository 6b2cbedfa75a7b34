import { startupSnapshot } from 'node:v8';
import { runProgram } from './program.js';
import { processTable, processTypes } from './process-table.js';

/**
 * The server's program as a start-up image: Node runs this file once, when the package is built, and writes its heap with
 * every module loaded to a file (`node --build-snapshot`). A process started from it is at work after 30 ms of processor
 * time; loading the modules takes 100 ms more, and a crash cycle starts eight processes.
 *
 * Modules with machine code are not in it (base/native-package.ts). What a preloaded library patches in a module's
 * classes does not reach the image's: such servers run main.js.
 */
declare global {
  /** What import.meta.url stands for inside the image: the program's URL in the process started from it. */
  var programUrl: string;
}

async function loadEverything(): Promise<void> {
  await Promise.all([import('./postmaster/command-line.js'), import('./child.js'), import('../os/real-network.js')]);
  for (const type of processTypes) if (type !== 'postmaster') await processTable[type].load();
}

void loadEverything();

startupSnapshot.setDeserializeMainFunction(() => {
  globalThis.programUrl = `file://${process.argv[1]}`;
  void runProgram(process.argv.slice(2), process.argv[1]);
});
