import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dirSync } from 'tmp-promise';

const COMMAND = fileURLToPath(new URL('../../cli/crashwright.js', import.meta.url));

/** One initialised data directory per WAL segment size, made once and copied for every cycle. */
export class TemplateDirectories {
  private root: ReturnType<typeof dirSync> | undefined;
  private readonly made = new Map<number, string>();

  /** Copies a fresh data directory to `target`, sharing blocks where the file system can. */
  copyTo(target: string, walSegmentMegabytes: number): void {
    let template = this.made.get(walSegmentMegabytes);
    if (!template) this.made.set(walSegmentMegabytes, (template = this.make(walSegmentMegabytes)));
    copyDirectory(template, target);
  }

  dispose(): void {
    this.root?.removeCallback();
    this.root = undefined;
    this.made.clear();
  }

  private make(walSegmentMegabytes: number): string {
    this.root ??= dirSync({ unsafeCleanup: true, prefix: 'crashwright-template' });
    const passwordFile = `${this.root.name}/password`;
    fs.writeFileSync(passwordFile, 'crashwright\n', { mode: 0o600 });
    const directory = `${this.root.name}/${walSegmentMegabytes}`;
    const options = [
      'engine',
      'init',
      '-D',
      directory,
      '--wal-segsize',
      String(walSegmentMegabytes),
      '--pwfile',
      passwordFile,
    ];
    const made = spawnSync(process.execPath, [COMMAND, ...options], { encoding: 'utf8' });
    if (made.status !== 0)
      throw new Error(`engine init failed (${made.status ?? made.signal}): ${made.stdout}${made.stderr}`);
    return directory;
  }
}

export function copyDirectory(from: string, to: string): void {
  const copied = spawnSync('cp', ['-a', '--reflink=auto', from, to], { encoding: 'utf8' });
  if (copied.status !== 0) throw new Error(`cannot copy ${from}: ${copied.stderr}`);
}
