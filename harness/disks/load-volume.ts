import * as fs from 'node:fs';
import { ROOT, VOLUME_BLOCK_BYTES, Volume, type NodeId } from './volume.js';

const ZEROS = Buffer.alloc(VOLUME_BLOCK_BYTES);

/** A real directory tree as a volume, and which node each of its inodes became. */
export interface LoadedVolume {
  readonly volume: Volume;
  readonly nodes: ReadonlyMap<number, NodeId>;
  /** The real directory, and the path it has in the volume. */
  readonly directory: string;
  readonly prefix: string;
}

/** Reads the tree below `directory` into a volume, as `prefix`. Sockets, symbolic links and the like are left out. */
export function loadVolume(directory: string, prefix: string): LoadedVolume {
  const volume = Volume.empty();
  const nodes = new Map<number, NodeId>();
  let at = ROOT;
  for (const name of prefix.split('/').filter(Boolean)) {
    const next = volume.addNode('directory');
    volume.setEntry(at, name, next);
    at = next;
  }
  nodes.set(fs.statSync(directory).ino, at);
  loadEntries(volume, nodes, directory, at);
  return { volume, nodes, directory, prefix };
}

function loadEntries(volume: Volume, nodes: Map<number, NodeId>, directory: string, at: NodeId): void {
  for (const name of fs.readdirSync(directory).sort()) {
    const path = `${directory}/${name}`;
    const status = fs.lstatSync(path);
    if (!status.isFile() && !status.isDirectory()) continue;
    const known = nodes.get(status.ino);
    const node = known ?? volume.addNode(status.isFile() ? 'file' : 'directory');
    nodes.set(status.ino, node);
    volume.setEntry(at, name, node);
    if (known !== undefined) continue;
    if (status.isFile()) loadFile(volume, node, fs.readFileSync(path));
    else loadEntries(volume, nodes, path, node);
  }
}

/** Blocks of zeros take no room: most of a fresh log segment is one. */
export function loadFile(volume: Volume, node: NodeId, contents: Buffer): void {
  for (let at = 0; at < contents.length; at += VOLUME_BLOCK_BYTES) {
    const block = contents.subarray(at, at + VOLUME_BLOCK_BYTES);
    if (!block.equals(ZEROS.subarray(0, block.length))) volume.write(node, block, at);
  }
  volume.truncate(node, contents.length);
}
