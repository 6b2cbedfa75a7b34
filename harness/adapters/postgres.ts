import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import type { ClientConfig } from 'pg';
import type { ConnectOptions, Connection } from './connection.js';
import { connectPg, connectServedPg } from './pg-connection.js';
import { SpawnedTarget, type Command } from './spawned-target.js';
import type { PgTarget, Target, TargetAbilities, TargetConfig, TargetFactory } from './target.js';

/** Where Debian's postgresql-15 puts its programs. */
export const POSTGRES_BIN = '/usr/lib/postgresql/15/bin';
const PORT = 5432;

export const postgresAbilities: TargetAbilities = {
  trace: false,
  inspection: false,
  transactions: true,
  processTypes: ['postmaster', 'backend'],
  features: ['indexes', 'upserts', 'vacuum', 'savepoints', 'two-phase', 'minimal-logging', 'databases'],
};

/**
 * Real PostgreSQL as a target: kills of everything at random moments only. Its processes feed no trace and its files
 * are not inspected, so the contents oracles alone judge it.
 */
export function postgresFactory(binaries = POSTGRES_BIN): TargetFactory {
  return {
    name: 'postgres',
    version: () => spawnSync(`${binaries}/postgres`, ['--version'], { encoding: 'utf8' }).stdout.trim(),
    create: (config) => new PostgresTarget(config, binaries),
  };
}

class PostgresTarget extends SpawnedTarget implements PgTarget {
  readonly abilities = postgresAbilities;

  constructor(
    config: TargetConfig,
    private readonly binaries: string,
  ) {
    super(config);
  }

  async prepare(): Promise<void> {
    const { directory, walSegmentMegabytes } = this.config;
    if (process.getuid!() === 0) spawnSync('chown', ['postgres', directory]);
    const options = [
      '-D',
      this.dataDirectory,
      '-A',
      'trust',
      '-U',
      'postgres',
      '-k',
      '-N',
      `--wal-segsize=${walSegmentMegabytes}`,
    ];
    const [command, ...args] = this.asPostgres('initdb', options);
    const made = spawnSync(command, args, { encoding: 'utf8', cwd: '/' });
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  }

  protected command(): Command {
    const { backend_pool_size: _ours, ...common } = this.config.settings;
    const settings = {
      ...common,
      listen_addresses: '',
      unix_socket_directories: this.config.directory,
      port: PORT,
      // In the data directory, so that a kill leaves nothing in /dev/shm.
      dynamic_shared_memory_type: 'mmap',
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return { words: this.asPostgres('postgres', ['-D', this.dataDirectory, ...options]) };
  }

  protected override typeOf(commandLine: string): string {
    return /^postgres: (\w+)/.exec(commandLine)?.[1] ?? 'backend';
  }

  connection(): ClientConfig {
    return { host: this.config.directory, port: PORT, user: 'postgres', database: 'postgres' };
  }

  connect(options?: ConnectOptions): Promise<Connection> {
    return connectPg(this.connection(), options);
  }

  connectServed(): Promise<Connection> {
    return connectServedPg(this.connection());
  }

  async copy(directory: string): Promise<Target> {
    fs.mkdirSync(directory);
    if (process.getuid!() === 0) spawnSync('chown', ['postgres', directory]);
    const copy = new PostgresTarget({ ...this.config, directory }, this.binaries);
    this.copyDataTo(copy);
    fs.rmSync(`${copy.dataDirectory}/postmaster.pid`, { force: true });
    return copy;
  }

  override async dispose(): Promise<void> {
    await super.dispose();
    this.removeSharedMemory();
  }

  /** A killed postmaster leaves its System V segment, whose id stands in the seventh line of postmaster.pid. */
  private removeSharedMemory(): void {
    const path = `${this.dataDirectory}/postmaster.pid`;
    if (!fs.existsSync(path)) return;
    const id = fs.readFileSync(path, 'utf8').split('\n')[6]?.trim().split(/\s+/)[1];
    if (id) spawnSync('ipcrm', ['-m', id]);
  }

  /** PostgreSQL refuses to run as root. */
  private asPostgres(program: string, options: string[]): [string, ...string[]] {
    const path = `${this.binaries}/${program}`;
    if (process.getuid!() !== 0) return [path, ...options];
    return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', path, ...options];
  }
}
