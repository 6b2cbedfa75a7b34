import { execFileSync, type ChildProcess } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnServer } from '../adapters/engine/server-program.js';
import type { Contender } from './contender.js';
import { processTree } from '../adapters/process-tree.js';

const cli = fileURLToPath(new URL('../cli/crashwright.js', import.meta.url));

/** `crashwright engine ...`; throws when it fails. */
export function runEngine(...words: string[]): void {
  execFileSync(process.execPath, [cli, 'engine', ...words], { stdio: 'pipe' });
}

/** The embedded engine. */
export class EngineContender implements Contender {
  readonly name = 'Crashwright engine';
  readonly user = 'postgres';
  readonly host: string;
  readonly data: string;

  constructor(
    private readonly directory: string,
    readonly port: number,
  ) {
    this.data = join(directory, 'data');
    this.host = join(this.data, 'run');
  }

  async initialise(): Promise<void> {
    const passwordFile = join(this.directory, 'password');
    writeFileSync(passwordFile, 'unused\n', { mode: 0o600 });
    runEngine('init', '-D', this.data, '--username', this.user, '--pwfile', passwordFile);
  }

  spawn(settings: Record<string, string>): ChildProcess {
    const options = Object.entries({ listen_addresses: '', ...settings }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    const words = ['postmaster', '-D', this.data, '-p', String(this.port), ...options];
    return spawnServer(words, { stdio: ['ignore', 'ignore', 'pipe'], image: true });
  }

  pids(): number[] {
    return processTree(Number(readFileSync(join(this.data, 'postmaster.pid'), 'utf8').split('\n')[0]));
  }

  async dispose(): Promise<void> {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
