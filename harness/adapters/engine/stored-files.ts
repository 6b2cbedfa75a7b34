import type { Os } from '../../../engine/os/os.js';

/** All of a file. */
export function readStored({ files }: Pick<Os, 'files'>, path: string): Buffer {
  const fd = files.open(path, 'read');
  try {
    const bytes = Buffer.alloc(files.fstat(fd).bytes);
    return bytes.subarray(0, files.pread(fd, bytes, 0, bytes.length, 0));
  } finally {
    files.close(fd);
  }
}
