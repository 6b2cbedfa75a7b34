import { existsSync } from 'node:fs';
import type { TargetAbilities, TargetFactory } from '../adapters/target.js';
import { engineAbilities, engineFactory } from '../adapters/engine/engine-target.js';
import { ENGINE_DATA_DIRECTORY, ENGINE_SIMULATION } from '../adapters/engine/embedded/simulation-module.js';
import { ownTargets } from '../extensions/loaded.js';
import { UsageError } from './usage-error.js';
import { postgresAbilities, postgresFactory } from '../adapters/postgres.js';

export interface OpenTarget {
  readonly factory: TargetFactory;
  readonly abilities: TargetAbilities;
  /** Module that simulates it, for the tiers that cut its power; undefined when it cannot be simulated. */
  readonly simulation?: string;
  /** The data directory's path on the disks of the simulation. */
  readonly simulatedDirectory?: string;
  dispose(): void;
}

function targetNames(): string[] {
  return ['engine', 'postgres', ...ownTargets().map(({ factory }) => factory.name)];
}

/** `postgresTools`: see EngineFactoryOptions. */
export function openTarget(name: string, { postgresTools }: { postgresTools?: string } = {}): OpenTarget {
  if (name === 'postgres') return { factory: postgresFactory(), abilities: postgresAbilities, dispose: () => {} };
  const own = ownTargets().find(({ factory }) => factory.name === name);
  if (own) return { ...own, dispose: () => {} };
  if (name !== 'engine') throw new UsageError(`no target "${name}"; there are ${targetNames().join(', ')}`);
  if (postgresTools && !existsSync(`${postgresTools}/pg_waldump`)) {
    throw new UsageError(
      `no pg_waldump in ${postgresTools} (Debian: package postgresql-15, /usr/lib/postgresql/15/bin)`,
    );
  }
  const factory = engineFactory({ postgresTools });
  return {
    factory,
    abilities: engineAbilities,
    simulation: ENGINE_SIMULATION,
    simulatedDirectory: ENGINE_DATA_DIRECTORY,
    dispose: () => factory.dispose(),
  };
}
