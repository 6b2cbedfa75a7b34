import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dirSync } from 'tmp-promise';
import { openRealOs } from '../../../engine/os/real-os.js';
import { privateMemory } from '../../../engine/os/real-shared-memory.js';
import { beginAt } from './xid-place.js';

const COMMAND = fileURLToPath(new URL('../../cli/crashwright.js', import.meta.url));

export interface TemplateShape {
  readonly walSegmentMegabytes: number;
  /** Where transaction ids begin, unless at the beginning. */
  readonly firstXid?: number | undefined;
}

/** One initialised data directory of each shape, made once and copied for every cycle. */
export class TemplateDirectories {
  private root: ReturnType<typeof dirSync> | undefined;
  private readonly made = new Map<string, Promise<string>>();

  /** Copies a fresh data directory to `target`, sharing blocks where the file system can. */
  async copyTo(target: string, shape: TemplateShape): Promise<void> {
    copyDirectory(await this.template(shape), target);
  }

  private template({ walSegmentMegabytes, firstXid }: TemplateShape): Promise<string> {
    const name = `${walSegmentMegabytes}-${firstXid ?? 'new'}`;
    let template = this.made.get(name);
    if (!template) {
      template =
        firstXid === undefined ? this.make(name, walSegmentMegabytes) : this.age(name, walSegmentMegabytes, firstXid);
      this.made.set(name, template);
    }
    return template;
  }

  private async age(name: string, walSegmentMegabytes: number, firstXid: number): Promise<string> {
    const directory = `${this.rootName()}/${name}`;
    copyDirectory(await this.template({ walSegmentMegabytes }), directory);
    await beginAt({ ...openRealOs(), sharedMemory: privateMemory }, directory, firstXid);
    return directory;
  }

  private rootName(): string {
    this.root ??= dirSync({ unsafeCleanup: true, prefix: 'crashwright-template' });
    return this.root.name;
  }

  dispose(): void {
    this.root?.removeCallback();
    this.root = undefined;
    this.made.clear();
  }

  private async make(name: string, walSegmentMegabytes: number): Promise<string> {
    const passwordFile = `${this.rootName()}/password`;
    fs.writeFileSync(passwordFile, 'crashwright\n', { mode: 0o600 });
    const directory = `${this.rootName()}/${name}`;
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
