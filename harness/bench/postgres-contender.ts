import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { POSTGRES_BIN } from '../adapters/postgres.js';
import type { Contender } from './contender.js';
import { processTree } from '../adapters/process-tree.js';

export function postgresIsInstalled(): boolean {
  return existsSync(join(POSTGRES_BIN, 'postgres'));
}

/** PostgreSQL refuses to run as root: then it runs as the user `postgres`. */
const asOwner = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : ['env'];

export function runAsOwner(program: string, args: string[], input = ''): string {
  return execFileSync(asOwner[0], [...asOwner.slice(1), join(POSTGRES_BIN, program), ...args], {
    input,
    stdio: 'pipe',
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
}

/** What initdb makes. */
export const POSTGRES_DATABASES = ['template0', 'template1', 'postgres'] as const;

/** PostgreSQL 15 of the machine, in a directory that its user may write. */
export class PostgresContender implements Contender {
  readonly name = 'PostgreSQL 15';
  readonly user = 'postgres';
  readonly host: string;
  readonly data: string;
  /** System V segments of this cluster's postmasters: a kill -9 leaks them. */
  private readonly segmentIds = new Set<string>();

  constructor(
    private readonly directory: string,
    readonly port: number,
  ) {
    this.host = directory;
    this.data = join(directory, 'data');
  }

  async initialise(): Promise<void> {
    if (process.getuid?.() === 0) execFileSync('chown', ['postgres', this.directory]);
    runAsOwner('initdb', [
      '-D',
      this.data,
      '-A',
      'trust',
      '-U',
      'postgres',
      '-E',
      'UTF8',
      '--locale=C',
      '--data-checksums',
    ]);
  }

  spawn(settings: Record<string, string>): ChildProcess {
    const options = Object.entries({
      listen_addresses: '',
      unix_socket_directories: this.directory,
      dynamic_shared_memory_type: 'mmap',
      ...settings,
    });
    const args = [
      '-D',
      this.data,
      '-p',
      String(this.port),
      ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ];
    return spawn(asOwner[0], [...asOwner.slice(1), join(POSTGRES_BIN, 'postgres'), ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }

  pids(): number[] {
    const lines = readFileSync(join(this.data, 'postmaster.pid'), 'utf8').split('\n');
    this.segmentIds.add(lines[6].trim().split(/\s+/)[1]);
    return processTree(Number(lines[0]));
  }

  async dispose(): Promise<void> {
    for (const id of this.segmentIds) {
      if (attachedCount(id) === 0) execFileSync('ipcrm', ['-m', id]);
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Processes attached to a System V segment; undefined when there is none of that id. */
function attachedCount(id: string): number | undefined {
  const rows = execFileSync('ipcs', ['-m'])
    .toString()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const row = rows.find((columns) => columns[1] === id);
  return row && Number(row[5]);
}
