import type { StorageEvent } from '../../trace/storage-event.js';

/** `#34 checkpointer write data/base/5/16384 at 8192, 8192 bytes` */
export function describeEvent(event: StorageEvent): string {
  const who = `#${event.start} ${event.process} ${event.kind}`;
  const path = event.path.replace(/^\/data\//, '');
  switch (event.kind) {
    case 'write':
      return `${who} ${path} at ${event.offset}, ${event.data.length} bytes`;
    case 'truncate':
      return `${who} ${path} to ${event.bytes} bytes`;
    case 'rename':
      return `${who} ${event.fromPath.replace(/^\/data\//, '')} to ${path}`;
    case 'sync':
      return `${who} of ${event.of} ${path}${event.failed ? ', failed' : ''}`;
    default:
      return `${who} ${path}`;
  }
}
