import type { Volume } from '../../disks/volume.js';
import { recoverAndRead, type RecoverOptions, type Recovered, type RecoveryTools } from './judge-state.js';

export interface Visit {
  readonly recovered: Recovered;
  /** The disk was not known: it has been recovered now. */
  readonly isNew: boolean;
}

/** How many rows of contents are kept, so that a long run's do not fill the memory. */
const MOST_ROWS = 100_000;

/**
 * The disks that crashes of one run left, and what recovery made of each: the same disk is recovered once, whatever crash
 * under whatever model left it. Only where its contents had to be given up is it recovered again, and still not new.
 */
export class KnownDisks {
  private readonly seen = new Set<string>();
  /** The ones asked for longest ago first. */
  private readonly kept = new Map<string, Recovered>();
  private rows = 0;

  constructor(
    private readonly tools: RecoveryTools,
    private readonly mostRows = MOST_ROWS,
  ) {}

  /**
   * Recovers the disk of that identity if it has to, on what `make` gives it. `examine`: whether also to look into the
   * files of one that is new.
   */
  async visit(identity: string, make: () => Volume, examine?: RecoverOptions['examine']): Promise<Visit> {
    const known = this.kept.get(identity);
    const isNew = !this.seen.has(identity);
    const recovered = known ?? (await recoverAndRead(this.tools, make(), { examine: isNew ? examine : undefined }));
    this.seen.add(identity);
    this.keep(identity, recovered);
    return { recovered, isNew };
  }

  private keep(identity: string, recovered: Recovered): void {
    if (!this.kept.delete(identity)) this.rows += rowsOf(recovered);
    this.kept.set(identity, recovered);
    for (const [oldest, contents] of this.kept) {
      if (this.rows <= this.mostRows || oldest === identity) return;
      this.kept.delete(oldest);
      this.rows -= rowsOf(contents);
    }
  }
}

function rowsOf({ contents }: Recovered): number {
  return contents ? Object.values(contents).reduce((sum, rows) => sum + rows.length, 1) : 1;
}
