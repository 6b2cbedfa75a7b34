import * as path from 'node:path';

/** As people name it: from the working directory, where that is shorter. */
export function readablePath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative !== '' && relative.length < file.length ? relative : file;
}
