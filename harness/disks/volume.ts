/**
 * A file system's contents in memory, cheap to copy: what a disk holds, or would hold after a crash.
 *
 * A copy (`fork`) shares every node with its original; whoever changes a node first takes a copy of that node alone, and
 * of the 8 KiB blocks it writes. Nodes are numbered and never renumbered, so a number means the same file in a volume
 * and in its copies, whatever name it bears: it is the inode number.
 */
export const VOLUME_BLOCK_BYTES = 8192;
export type NodeId = number;

const ZEROS = Buffer.alloc(VOLUME_BLOCK_BYTES);
export const ROOT: NodeId = 0;

export interface FileNode {
  readonly kind: 'file';
  /** The volume that may change this node in place. */
  owner: symbol;
  bytes: number;
  /** By block number; a missing one is zeros. Never changed in place. */
  blocks: (Buffer | undefined)[];
}

export interface DirectoryNode {
  readonly kind: 'directory';
  owner: symbol;
  entries: Map<string, NodeId>;
}

export type VolumeNode = FileNode | DirectoryNode;

export class Volume {
  private owner = Symbol('volume');

  private constructor(private readonly nodes: (VolumeNode | undefined)[]) {}

  static empty(): Volume {
    const volume = new Volume([]);
    volume.addNode('directory');
    return volume;
  }

  /** A copy that shares everything until one of the two is changed. */
  fork(): Volume {
    this.owner = Symbol('volume');
    return new Volume(this.nodes.slice());
  }

  /** The number the next new node gets. */
  get nextNode(): NodeId {
    return this.nodes.length;
  }

  node(id: NodeId): VolumeNode | undefined {
    return this.nodes[id];
  }

  file(id: NodeId): FileNode {
    const node = this.nodes[id];
    if (node?.kind !== 'file') throw new Error(`node ${id} is no file`);
    return node;
  }

  directory(id: NodeId): DirectoryNode {
    const node = this.nodes[id];
    if (node?.kind !== 'directory') throw new Error(`node ${id} is no directory`);
    return node;
  }

  /** The node a path leads to; undefined when there is none. Paths are absolute, without `.` and `..`. */
  lookUp(path: string): NodeId | undefined {
    let id = ROOT;
    for (const name of path.split('/')) {
      if (name === '') continue;
      const node = this.nodes[id];
      const next = node?.kind === 'directory' ? node.entries.get(name) : undefined;
      if (next === undefined) return undefined;
      id = next;
    }
    return id;
  }

  addNode(kind: VolumeNode['kind'], id: NodeId = this.nodes.length): NodeId {
    const { owner } = this;
    this.nodes[id] =
      kind === 'file' ? { kind, owner, bytes: 0, blocks: [] } : { kind, owner, entries: new Map<string, NodeId>() };
    return id;
  }

  setEntry(directory: NodeId, name: string, id: NodeId): void {
    this.ownDirectory(directory).entries.set(name, id);
  }

  removeEntry(directory: NodeId, name: string): void {
    this.ownDirectory(directory).entries.delete(name);
  }

  /** Reads up to `length` bytes; fewer only at the end of the file. */
  read(id: NodeId, target: Uint8Array, targetOffset: number, length: number, position: number): number {
    const { bytes, blocks } = this.file(id);
    const end = Math.min(bytes, position + length);
    for (let at = position; at < end;) {
      const inBlock = at % VOLUME_BLOCK_BYTES;
      const count = Math.min(VOLUME_BLOCK_BYTES - inBlock, end - at);
      const block = blocks[(at - inBlock) / VOLUME_BLOCK_BYTES] ?? ZEROS;
      target.set(
        count === VOLUME_BLOCK_BYTES ? block : block.subarray(inBlock, inBlock + count),
        targetOffset + at - position,
      );
      at += count;
    }
    return Math.max(0, end - position);
  }

  /** Writes `source` at `position`, making the file longer where it must. */
  write(id: NodeId, source: Uint8Array, position: number): void {
    const file = this.ownFile(id);
    for (let done = 0; done < source.length;) {
      const inBlock = (position + done) % VOLUME_BLOCK_BYTES;
      const number = (position + done - inBlock) / VOLUME_BLOCK_BYTES;
      const count = Math.min(VOLUME_BLOCK_BYTES - inBlock, source.length - done);
      const part = source.subarray(done, done + count);
      file.blocks[number] =
        count === VOLUME_BLOCK_BYTES ? Buffer.from(part) : patched(file.blocks[number], part, inBlock);
      done += count;
    }
    file.bytes = Math.max(file.bytes, position + source.length);
  }

  truncate(id: NodeId, bytes: number): void {
    const file = this.ownFile(id);
    if (bytes < file.bytes) {
      file.blocks.length = Math.min(file.blocks.length, Math.ceil(bytes / VOLUME_BLOCK_BYTES));
      const inBlock = bytes % VOLUME_BLOCK_BYTES;
      const last = (bytes - inBlock) / VOLUME_BLOCK_BYTES;
      const block = file.blocks[last];
      if (inBlock > 0 && block) file.blocks[last] = patched(block, ZEROS.subarray(inBlock), inBlock);
    }
    file.bytes = bytes;
  }

  /** Every file's path and number, directories passed over. */
  *files(directory: NodeId = ROOT, prefix = ''): Generator<{ path: string; id: NodeId }> {
    for (const [name, id] of this.directory(directory).entries) {
      const path = `${prefix}/${name}`;
      if (this.nodes[id]?.kind === 'directory') yield* this.files(id, path);
      else yield { path, id };
    }
  }

  contents(id: NodeId): Buffer {
    const { bytes } = this.file(id);
    const contents = Buffer.alloc(bytes);
    this.read(id, contents, 0, bytes, 0);
    return contents;
  }

  private ownFile(id: NodeId): FileNode {
    const node = this.file(id);
    if (node.owner === this.owner) return node;
    const own: FileNode = { kind: 'file', owner: this.owner, bytes: node.bytes, blocks: node.blocks.slice() };
    this.nodes[id] = own;
    return own;
  }

  private ownDirectory(id: NodeId): DirectoryNode {
    const node = this.directory(id);
    if (node.owner === this.owner) return node;
    const own: DirectoryNode = { kind: 'directory', owner: this.owner, entries: new Map(node.entries) };
    this.nodes[id] = own;
    return own;
  }
}

function patched(block: Buffer | undefined, part: Uint8Array, at: number): Buffer {
  const copy = block ? Buffer.from(block) : Buffer.alloc(VOLUME_BLOCK_BYTES);
  copy.set(part, at);
  return copy;
}
