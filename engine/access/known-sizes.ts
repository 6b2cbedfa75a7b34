import { sameRelFile, type Fork, type RelFile } from '../base/block.js';

interface KnownSize {
  readonly file: RelFile;
  blocks: number;
}

/**
 * How long relation forks are at least, as far as redo has seen. Redo asks for every block of every record; asking the
 * file system each time took four fifths of the replay of small records. Only for a process that alone changes files.
 */
export class KnownSizes {
  private readonly sizes = new Map<number, KnownSize>();

  has(file: RelFile, fork: Fork, block: number): boolean {
    const known = this.sizes.get(keyOf(file, fork));
    return known !== undefined && block < known.blocks && sameRelFile(known.file, file);
  }

  learn(file: RelFile, fork: Fork, blocks: number): void {
    this.sizes.set(keyOf(file, fork), { file, blocks });
  }

  /** A file was removed or cut. */
  forget(): void {
    this.sizes.clear();
  }
}

/** Relations of two databases may share a key: the later one learnt is kept. */
function keyOf(file: RelFile, fork: Fork): number {
  return file.relation * 4 + fork;
}
