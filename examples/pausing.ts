import { defineExtension, type OwnAction } from 'crashwright';

const PAUSE_MS = 100;

/** A process that stands still for a moment, as under a debugger, or on a machine that swaps: nobody may wait for it for ever. */
export const pauseCheckpointer: OwnAction = {
  name: 'pause-checkpointer',
  async strike(target) {
    const paused = target.processes().find(({ type }) => type === 'checkpointer');
    if (!paused || !signal(paused.pid, 'SIGSTOP')) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    signal(paused.pid, 'SIGCONT');
  },
};

/** False when it has ended. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

export const extension = defineExtension({ actions: [pauseCheckpointer] });
