import type { FileStatus, Files } from '../os/os.js';

const DIRECTORY = { kind: 'directory', bytes: 0 } as const;

/** Visits files before the directory that names them. Sockets and what vanishes meanwhile are passed over. */
export function walkFiles(
  files: Files,
  directory: string,
  visit: (path: string, status: Pick<FileStatus, 'kind' | 'bytes'>) => void,
): void {
  for (const name of files.readdir(directory)) {
    const path = `${directory}/${name}`;
    const status = files.stat(path);
    if (status?.kind === 'directory') walkFiles(files, path, visit);
    else if (status?.kind === 'file') visit(path, status);
  }
  visit(directory, DIRECTORY);
}
