import { momentOrNull } from './moments.js';
import type { SystemEnvironment } from './system-environment.js';

/** pg_stat_activity: one row for each process of the server. */
export function activityRows({ engine, isSuperuser, session }: SystemEnvironment): unknown[][] {
  const { slots } = engine.memory;
  const rows: unknown[][] = [];
  for (let slot = 0; slot < slots.count; slot++) {
    if (slots.pid(slot) !== 0 && !isPooled(engine, slot))
      rows.push(activityRow(engine, slot, isSuperuser ? undefined : session.user));
  }
  return rows;
}

/** A started backend that waits for its client has no key to cancel it by yet. */
function isPooled({ memory, backendType }: SystemEnvironment['engine'], slot: number): boolean {
  const { slots } = memory;
  const isBackend = backendType(slots.processType(slot)) === 'client backend';
  return isBackend && slot !== slots.mine && slots.cancelKey(slot) === 0;
}

/** `onlyRole`: other roles' queries are hidden. */
function activityRow(
  { memory, backendType }: SystemEnvironment['engine'],
  slot: number,
  onlyRole: string | undefined,
): unknown[] {
  const { slots, activity } = memory;
  const entry = activity.read(slot);
  const wait = slots.waitEvent(slot);
  const isHidden = onlyRole !== undefined && entry.role !== onlyRole;
  const xid = slots.xid(slot);
  const xmin = slots.xmin(slot);
  return [
    slots.database(slot) || null,
    entry.database || null,
    slots.pid(slot),
    null,
    slots.role(slot) || null,
    entry.role || null,
    entry.applicationName,
    entry.clientAddress || null,
    null,
    entry.clientPort || null,
    momentOrNull(entry.backendStart),
    momentOrNull(entry.transactionStart),
    momentOrNull(entry.queryStart),
    momentOrNull(entry.stateChange),
    wait?.waitClass ?? null,
    wait?.event ?? null,
    entry.state || null,
    xid || null,
    xmin || null,
    null,
    isHidden ? '<insufficient privilege>' : entry.query,
    backendType(slots.processType(slot)),
  ];
}
