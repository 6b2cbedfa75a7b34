import type { PendingChange } from './crash-sweep.js';
import type { Survivors } from './survivors.js';

/**
 * Names a crash state among those of one sweep and image version: two sets of survivors with the same name leave the
 * same disk. A surviving write that a later one covers wholly makes no difference.
 */
export function stateKey(version: number, pending: readonly PendingChange[], survivors: Survivors): string {
  const covered = new Set<string>();
  const parts: string[] = [];
  for (let index = pending.length - 1; index >= 0; index--) {
    const { event } = pending[index];
    const survival = survivors.get(event.start);
    if (survival === undefined) continue;
    if (event.kind === 'write' && survival === 'whole') {
      const range = `${event.node}:${event.offset}:${event.data.length}`;
      if (covered.has(range)) continue;
      covered.add(range);
    }
    parts.push(survival === 'whole' ? String(event.start) : `${event.start}[${String(survival)}]`);
  }
  return `${version}/${parts.join()}`;
}
