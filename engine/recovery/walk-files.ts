import type { Files } from '../os/os.js';

/** Visits files before the directory that names them. Sockets and what vanishes meanwhile are passed over. */
export function walkFiles(
  files: Files,
  directory: string,
  visit: (path: string, kind: 'file' | 'directory') => void,
): void {
  for (const name of files.readdir(directory)) {
    const path = `${directory}/${name}`;
    const kind = files.stat(path)?.kind;
    if (kind === 'directory') walkFiles(files, path, visit);
    else if (kind === 'file') visit(path, kind);
  }
  visit(directory, 'directory');
}
