import { Fork, type BlockNumber, type RelFile } from '../../../base/block.js';
import type { Interrupts } from '../../../memory/interrupts.js';
import type { BufferManager } from '../../../storage/buffers/buffer-manager.js';
import type { TreePages } from './tree-check.js';

/** The pages of an index that is in use, copied one at a time. */
export class BufferedPages implements TreePages {
  constructor(
    private readonly buffers: BufferManager,
    private readonly file: RelFile,
    private readonly interrupts: Interrupts,
  ) {}

  get blocks(): number {
    return this.buffers.blocks(this.file, Fork.main);
  }

  read(block: BlockNumber): Buffer {
    const { buffers } = this;
    this.interrupts.check();
    const buffer = buffers.read(this.file, Fork.main, block);
    buffers.lock(buffer, 'shared');
    const copy = Buffer.from(buffers.page(buffer));
    buffers.unlockRelease(buffer);
    return copy;
  }
}
