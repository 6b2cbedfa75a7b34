import { TEST_SIZES, openCluster, type Cluster } from '../../memory/testing/processes.js';
import { joinAccess, startAccess, type TestProcess } from './test-access.js';

/** `count` processes that share memory, all within this one, on a new data directory. They must never wait for each other. */
export function openProcesses(
  dataDirectory: string,
  count: number,
  sizes = TEST_SIZES,
): { cluster: Cluster; processes: TestProcess[] } {
  const cluster = openCluster(sizes);
  const processes: TestProcess[] = [];
  for (let slot = 0; slot < count; slot++) {
    const memory = cluster.memory(slot);
    memory.slots.claim(process.pid, 1);
    processes.push(slot === 0 ? startAccess(dataDirectory, memory) : joinAccess(dataDirectory, memory));
  }
  return { cluster, processes };
}
