import { isOutOfDescriptors } from '../base/system-errors.js';
import type { FileDescriptor, Files, OpenMode } from '../os/os.js';

/**
 * File descriptors kept open between uses (storage/fd.c's virtual files), at most `limit`.
 *
 * When full, the oldest that was not used since it was last looked at is closed. Out of descriptors (EMFILE), half are
 * closed and the call is tried again.
 */
export class OpenFiles {
  private readonly entries = new Map<string, { readonly fd: FileDescriptor; used: boolean }>();

  constructor(
    private readonly files: Files,
    private readonly limit: number,
  ) {}

  /** The descriptor of an absolute path. Throws the system's error when it cannot be opened. */
  get(path: string, mode: OpenMode): FileDescriptor {
    const known = this.entries.get(path);
    if (known) {
      known.used = true;
      return known.fd;
    }
    if (this.entries.size >= this.limit) this.closeOne();
    const fd = this.open(path, mode);
    this.entries.set(path, { fd, used: false });
    return fd;
  }

  close(path: string): void {
    const entry = this.entries.get(path);
    if (!entry) return;
    this.entries.delete(path);
    this.files.close(entry.fd);
  }

  closeAll(): void {
    for (const path of this.entries.keys()) this.close(path);
  }

  private open(path: string, mode: OpenMode): FileDescriptor {
    try {
      return this.files.open(path, mode);
    } catch (thrown) {
      if (!isOutOfDescriptors(thrown) || this.entries.size === 0) throw thrown;
      for (let left = Math.ceil(this.entries.size / 2); left > 0; left--) this.closeOne();
      return this.files.open(path, mode);
    }
  }

  private closeOne(): void {
    for (const [path, entry] of this.entries) {
      if (!entry.used) return this.close(path);
      entry.used = false;
      this.entries.delete(path);
      this.entries.set(path, entry);
    }
  }
}
