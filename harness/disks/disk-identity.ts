import { crc32 } from 'node:zlib';
import { crc32c } from '../../engine/base/crc32c.js';
import {
  ROOT,
  VOLUME_BLOCK_BYTES,
  type Digest,
  type DirectoryNode,
  type FileNode,
  type NodeId,
  type Volume,
} from './volume.js';

/**
 * What tells one disk from another: names, sizes and contents of all that has a name, as 64 bits of checksums. Disks of
 * one trace that are the same have the same identity; two that differ have not, but for one pair in 2^64.
 *
 * Nodes and blocks of a volume are shared with its copies and hardly ever new, so most of it is known already: what is
 * new costs two checksums for each block.
 */
const blocks = new WeakMap<Uint8Array, Digest>();
const NOTHING: Digest = { low: 0, high: 0 };
const ZEROS = digestOf(new Uint8Array(VOLUME_BLOCK_BYTES));

/** The disk's identity. Whoever changes the volume later takes a copy of what it changes. */
export function diskIdentity(volume: Volume): string {
  volume.seal();
  const sum = new Mixer();
  addDirectory(volume, ROOT, sum);
  return `${(sum.high >>> 0).toString(36)}.${(sum.low >>> 0).toString(36)}`;
}

/** In the order of the names, however they came there. */
function addDirectory(volume: Volume, id: NodeId, sum: Mixer): void {
  const directory = volume.directory(id);
  const names = volume.names(id);
  sum.add((directory.digest ??= namesDigest(directory, names)));
  for (const name of names) {
    const entry = directory.entries.get(name)!;
    const node = volume.node(entry)!;
    if (node.kind === 'directory') addDirectory(volume, entry, sum);
    else sum.addOf(entry, (node.digest ??= fileDigest(node)));
  }
}

/** Which name leads to which node. */
function namesDigest({ entries }: DirectoryNode, names: readonly string[]): Digest {
  return digestOf(Buffer.from(names.map((name) => `${name}/${entries.get(name)}`).join('\n')));
}

function fileDigest({ bytes, blocks: contents }: FileNode): Digest {
  const sum = new Mixer();
  sum.addOf(bytes, NOTHING);
  for (let number = 0; number < contents.length; number++) {
    const block = contents[number];
    if (block === undefined) continue;
    const digest = blockDigest(block);
    if (digest.low !== ZEROS.low || digest.high !== ZEROS.high) sum.addOf(number, digest);
  }
  return { low: sum.low, high: sum.high };
}

function blockDigest(block: Uint8Array): Digest {
  let digest = blocks.get(block);
  if (digest === undefined) blocks.set(block, (digest = digestOf(block)));
  return digest;
}

/** Two checksums with nothing in common. */
function digestOf(bytes: Uint8Array): Digest {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { low: crc32(buffer) | 0, high: crc32c(buffer) | 0 };
}

/** Folds digests into one, with the mixing step of MurmurHash3. The order matters. */
class Mixer {
  low = 0;
  high = 0;

  add({ low, high }: Digest): void {
    this.low = mixed(this.low, low, 0x85eb_ca6b);
    this.high = mixed(this.high, high, 0xc2b2_ae35);
  }

  addOf(number: number, digest: Digest): void {
    this.low = mixed(this.low, number, 0x27d4_eb2f);
    this.high = mixed(this.high, number, 0x1656_67b1);
    this.add(digest);
  }
}

function mixed(sum: number, value: number, factor: number): number {
  let word = Math.imul(value, factor);
  word = (word << 15) | (word >>> 17);
  word = Math.imul(word ^ sum, factor);
  return (((word << 13) | (word >>> 19)) + 0x6c07_8965) | 0;
}
