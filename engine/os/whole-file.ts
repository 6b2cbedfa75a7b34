import type { FileDescriptor, Files } from './os.js';

/** All that is in a file. A read that falls short is not noticed: for files whose content tells that it is complete. */
export function readWholeFile(files: Files, path: string): Buffer {
  const fd = files.open(path, 'read');
  try {
    const content = Buffer.alloc(files.fstat(fd).bytes);
    return content.subarray(0, files.pread(fd, content, 0, content.length, 0));
  } finally {
    files.close(fd);
  }
}

/** Makes a file, or replaces what is in it; `sync`: how it becomes durable, if it has to. */
export function writeWholeFile(
  files: Files,
  path: string,
  content: Buffer,
  sync: (fd: FileDescriptor) => void = () => {},
): void {
  const fd = files.open(path, 'create');
  try {
    files.ftruncate(fd, 0);
    files.pwrite(fd, content, 0, content.length, 0);
    sync(fd);
  } finally {
    files.close(fd);
  }
}
