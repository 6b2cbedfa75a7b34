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

/** A checksum of 64 bits. */
export interface Digest {
  readonly low: number;
  readonly high: number;
}

export interface FileNode {
  readonly kind: 'file';
  /** The volume that may change this node in place. */
  owner: symbol;
  bytes: number;
  /** By block number; a missing one is zeros, and one of zeros is mostly missing. Never changed in place. */
  blocks: (Uint8Array | undefined)[];
  /** Of the contents: known of some that stay as they are (disk-identity.ts). */
  digest: Digest | undefined;
}

export interface DirectoryNode {
  readonly kind: 'directory';
  owner: symbol;
  entries: Map<string, NodeId>;
  /** The names in order, once somebody has asked for them. */
  names: readonly string[] | undefined;
  digest: Digest | undefined;
}

export type VolumeNode = FileNode | DirectoryNode;

export class Volume {
  private owner = Symbol('volume');
  /** The directory looked into last: most files are asked for with their neighbours. */
  private latestDirectory = '';
  private latestDirectoryId: NodeId | undefined = ROOT;
  /** The path asked for last, and what it leads to: most are asked for again at once, to be opened. */
  private latestPath = '/';
  private latestId: NodeId | undefined = ROOT;

  private constructor(
    private readonly nodes: (VolumeNode | undefined)[],
    /** Directories by their paths, as far as looked up: shared by copies until one changes the name of a directory. */
    private directories: Map<string, NodeId | undefined>,
  ) {}

  static empty(): Volume {
    const volume = new Volume([], new Map());
    volume.addNode('directory');
    return volume;
  }

  /** Nodes as they are now stay so: what is changed from here on is copied first. */
  seal(): void {
    this.owner = Symbol('volume');
  }

  /** A copy that shares everything until one of the two is changed. */
  fork(): Volume {
    this.seal();
    return new Volume(this.nodes.slice(), this.directories);
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
    if (path === this.latestPath) return this.latestId;
    const id = this.find(path);
    this.latestPath = path;
    this.latestId = id;
    return id;
  }

  private find(path: string): NodeId | undefined {
    const slash = path.lastIndexOf('/');
    const isLatest = slash === this.latestDirectory.length && path.startsWith(this.latestDirectory);
    const parent = isLatest ? this.latestDirectoryId : this.lookUpDirectory(path.slice(0, slash));
    if (parent === undefined) return undefined;
    return slash === path.length - 1 ? parent : this.directory(parent).entries.get(path.slice(slash + 1));
  }

  /** The names in a directory, in order. */
  names(directory: NodeId): readonly string[] {
    const node = this.directory(directory);
    return (node.names ??= [...node.entries.keys()].sort());
  }

  addNode(kind: VolumeNode['kind'], id: NodeId = this.nodes.length): NodeId {
    const { owner } = this;
    this.nodes[id] =
      kind === 'file'
        ? { kind, owner, bytes: 0, blocks: [], digest: undefined }
        : { kind, owner, entries: new Map<string, NodeId>(), names: undefined, digest: undefined };
    return id;
  }

  setEntry(directory: NodeId, name: string, id: NodeId): void {
    this.forgetPath();
    this.forgetDirectory(this.directory(directory).entries.get(name));
    this.forgetDirectory(id);
    const node = this.ownDirectory(directory);
    node.entries.set(name, id);
    node.names = undefined;
  }

  removeEntry(directory: NodeId, name: string): void {
    this.forgetPath();
    this.forgetDirectory(this.directory(directory).entries.get(name));
    const node = this.ownDirectory(directory);
    node.entries.delete(name);
    node.names = undefined;
  }

  /** Reads up to `length` bytes; fewer only at the end of the file. */
  read(id: NodeId, target: Uint8Array, targetOffset: number, length: number, position: number): number {
    const { bytes, blocks } = this.file(id);
    const end = Math.min(bytes, position + length);
    const shift = targetOffset - position;
    for (let at = position; at < end;) {
      const number = Math.floor(at / VOLUME_BLOCK_BYTES);
      const block = blocks[number];
      const next = Math.min(end, block ? (number + 1) * VOLUME_BLOCK_BYTES : endOfHole(blocks, number));
      if (block) target.set(partOf(block, at % VOLUME_BLOCK_BYTES, next - at), at + shift);
      else target.fill(0, at + shift, next + shift);
      at = next;
    }
    return Math.max(0, end - position);
  }

  /** Writes `source` at `position`, making the file longer where it must. Keeps whole blocks: never change it later. */
  write(id: NodeId, source: Uint8Array, position: number): void {
    if (source.length === 0) return;
    const file = this.ownFile(id);
    for (let done = 0; done < source.length;) {
      const inBlock = (position + done) % VOLUME_BLOCK_BYTES;
      const number = (position + done - inBlock) / VOLUME_BLOCK_BYTES;
      const count = Math.min(VOLUME_BLOCK_BYTES - inBlock, source.length - done);
      const part = partOf(source, done, count);
      file.blocks[number] =
        count === VOLUME_BLOCK_BYTES ? unlessZeros(part) : patched(file.blocks[number], part, inBlock);
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

  private lookUpDirectory(path: string): NodeId | undefined {
    let id = this.directories.get(path);
    if (id === undefined && !this.directories.has(path)) {
      const found = path === '' ? ROOT : this.find(path);
      id = found !== undefined && this.nodes[found]?.kind === 'directory' ? found : undefined;
      this.directories.set(path, id);
    }
    this.latestDirectory = path;
    this.latestDirectoryId = id;
    return id;
  }

  private forgetPath(): void {
    this.latestPath = '/';
    this.latestId = ROOT;
  }

  /** A name that leads to it comes or goes. */
  private forgetDirectory(id: NodeId | undefined): void {
    if (id === undefined || this.nodes[id]?.kind !== 'directory') return;
    this.directories = new Map();
    this.latestDirectory = '';
    this.latestDirectoryId = ROOT;
  }

  private ownFile(id: NodeId): FileNode {
    const node = this.file(id);
    if (node.owner === this.owner) return node;
    const { owner } = this;
    const { bytes, blocks } = node;
    const own: FileNode = { kind: 'file', owner, bytes, blocks: blocks.slice(), digest: undefined };
    this.nodes[id] = own;
    return own;
  }

  private ownDirectory(id: NodeId): DirectoryNode {
    const node = this.directory(id);
    if (node.owner === this.owner) return node;
    const { owner } = this;
    const { entries, names } = node;
    const own: DirectoryNode = { kind: 'directory', owner, entries: new Map(entries), names, digest: undefined };
    this.nodes[id] = own;
    return own;
  }
}

/** Where the next block that is there begins. */
function endOfHole(blocks: FileNode['blocks'], number: number): number {
  while (number < blocks.length && !blocks[number]) number++;
  return number < blocks.length ? number * VOLUME_BLOCK_BYTES : Infinity;
}

/** Most of a log segment is zeros: they need no room, and no copying when they are read. */
function unlessZeros(block: Uint8Array): Uint8Array | undefined {
  return ZEROS.equals(block) ? undefined : block;
}

function partOf(block: Uint8Array, from: number, count: number): Uint8Array {
  return count === block.length ? block : block.subarray(from, from + count);
}

function patched(block: Uint8Array | undefined, part: Uint8Array, at: number): Uint8Array {
  const copy = block ? Buffer.from(block) : Buffer.alloc(VOLUME_BLOCK_BYTES);
  copy.set(part, at);
  return copy;
}
