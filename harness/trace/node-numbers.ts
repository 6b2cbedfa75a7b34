import type { NodeId } from '../disks/volume.js';
import type { LogEntry } from './trace-log.js';

interface Bearer {
  readonly node: NodeId;
  /** The call that made it; undefined for what was there before. */
  readonly made?: LogEntry;
  /** Who bore the inode number before. */
  readonly before?: NodeId;
}

/**
 * Which node an inode number means. The kernel gives the number of a removed file to a later one, so a number means
 * whatever was made with it last; nodes are never numbered anew. Entries come in the order of their start.
 */
export class NodeNumbers {
  private readonly bearers: Map<number, Bearer>;
  /** What was made by calls that did not live to tell the inode number, by path. */
  private readonly untold = new Map<string, NodeId>();

  constructor(
    nodes: ReadonlyMap<number, NodeId>,
    private next: NodeId,
  ) {
    this.bearers = new Map([...nodes].map(([inode, node]) => [inode, { node }]));
  }

  /** The node that `entry` made; undefined when another call made it at the same time, and this one found it made. */
  create(entry: LogEntry): NodeId | undefined {
    const bearer = entry.node === 0 ? undefined : this.bearers.get(entry.node);
    if (bearer?.made?.path === entry.path && bearer.made.end > entry.start) return undefined;
    const node = this.next++;
    this.untold.delete(entry.path);
    if (entry.node === 0) this.untold.set(entry.path, node);
    else this.bearers.set(entry.node, { node, made: entry, before: bearer?.node });
    return node;
  }

  /** A number that nobody is known to bear gets a node of its own. */
  adopt(inode: number): NodeId {
    const node = this.next++;
    this.bearers.set(inode, { node });
    return node;
  }

  /** The node that `inode`, reached by `path`, meant when `entry` began. */
  nodeOf(inode: number, path: string, entry: LogEntry): NodeId | undefined {
    const untold = this.untold.get(path);
    if (untold !== undefined) {
      this.untold.delete(path);
      this.bearers.set(inode, { node: untold });
    }
    const bearer = this.bearers.get(inode);
    const isEarlier = bearer?.made && entry.start < bearer.made.end && path !== bearer.made.path;
    return isEarlier ? (bearer.before ?? bearer.node) : bearer?.node;
  }

  /** An existing node got this name: whatever was to be found by it is not any more. */
  named(path: string): void {
    this.untold.delete(path);
  }
}
