import type { TargetAbilities, TargetFactory } from '../adapters/target.js';
import { engineAbilities, engineFactory } from '../adapters/engine/engine-target.js';
import { UsageError } from './usage-error.js';
import { postgresAbilities, postgresFactory } from '../adapters/postgres.js';

export interface OpenTarget {
  readonly factory: TargetFactory;
  readonly abilities: TargetAbilities;
  dispose(): void;
}

export const TARGET_NAMES = ['engine', 'postgres'] as const;

export function openTarget(name: string): OpenTarget {
  if (name === 'postgres') return { factory: postgresFactory(), abilities: postgresAbilities, dispose: () => {} };
  if (name !== 'engine') throw new UsageError(`no target "${name}"; there are ${TARGET_NAMES.join(', ')}`);
  const factory = engineFactory();
  return { factory, abilities: engineAbilities, dispose: () => factory.dispose() };
}
