import type { Contender } from './contender.js';

/** One figure of a contender. `lowerIsBetter` decides which way its ratio is read. */
export interface Measurement {
  readonly label: string;
  readonly unit: 'ms' | 'commits/s' | 'MB/s' | 'tps' | 's';
  readonly lowerIsBetter: boolean;
  measure(contender: Contender): Promise<number>;
}

/** Both contenders run with these. */
export const SETTINGS = { fsync: 'on', shared_buffers: '128MB', max_wal_size: '4GB', checkpoint_timeout: '1h' };
/** Long enough for a process of either to reach its pace: ours compiles its hot code in the first seconds. */
export const LOAD_SECONDS = 10;
export const CLIENTS: readonly number[] = [1, 4, 8];

export function clientsText(clients: number): string {
  return `${clients} client${clients > 1 ? 's' : ''}`;
}
