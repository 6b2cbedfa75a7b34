import type { History } from '../../history/history.js';
import type { Span, Timeline } from '../../results/failure-account.js';
import { isNameEvent, type StorageEvent } from '../../trace/storage-event.js';
import { MOST_EVENTS, lanesOf, transactionSpans } from '../timeline.js';
import type { CrashedDisk } from './exact-crash.js';
import { describeEvent } from './describe-event.js';
import { fateOf } from './pending-accounts.js';

/** What led to a loss of power: the last events before it, and what became of those that were on their way. */
export function powerTimeline(crashed: CrashedDisk, depth: number, history: History | undefined): Timeline {
  const { at } = crashed.loss;
  const events = crashed.events.filter(({ start }) => start <= at).slice(-MOST_EVENTS);
  const from = events[0]?.start ?? at;
  const spans = [
    ...(history ? transactionSpans(history, from, at) : []),
    ...events.map((event) => spanOf(event, crashed)),
  ];
  const marks = [{ at, label: 'the power fails' }];
  const where = depth === 0 ? 'the run' : depth === 1 ? 'the recovery' : `recovery ${depth}`;
  return {
    title: `${where}: the last ${events.length} changes and syncs before the power failed`,
    lanes: lanesOf(spans, marks),
    spans,
    marks,
  };
}

function spanOf(event: StorageEvent, { loss, pending }: CrashedDisk): Span {
  const { start, end, process } = event;
  const isPending = pending.some((change) => change.event.start === start);
  return {
    lane: process,
    kind: kindOf(event),
    start,
    ...(end <= loss.at ? { end } : {}),
    label: describeEvent(event),
    ...(isPending ? { fate: fateOf(loss.survivors.get(start)) } : {}),
  };
}

function kindOf(event: StorageEvent): Span['kind'] {
  if (event.kind === 'sync') return 'sync';
  return isNameEvent(event) || event.kind === 'truncate' ? 'name' : 'write';
}
