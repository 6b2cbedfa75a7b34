import type { VacuumParts } from './vacuum-parts.js';
import type { VacuumRequest } from './vacuum-request.js';
import { MapBit } from '../visibility-map/map-format.js';

/** Fewer pages than this are not worth breaking up sequential reads for. */
const SKIP_PAGES_THRESHOLD = 32;

/** Which pages the visibility map lets vacuum pass over (vacuumlazy.c lazy_scan_skip). */
export class PageSkipping {
  /** Some page with ids that may need freezing was passed over: relfrozenxid must stay what it is. */
  hasSkippedUnfrozen = false;
  private nextToVisit = 0;
  private isSkipping = false;

  constructor(
    private readonly parts: Pick<VacuumParts, 'visibilityMap'>,
    private readonly request: VacuumRequest,
    private readonly pages: number,
    private readonly betweenPages: () => void,
  ) {
    this.lookAhead(0);
  }

  /** To be asked of every block in turn. */
  mustVisit(block: number): boolean {
    if (block === this.nextToVisit) {
      this.lookAhead(block + 1);
      return true;
    }
    return !this.isSkipping;
  }

  /** Finds the next page that must be visited, and whether those before it are worth skipping. */
  private lookAhead(from: number): void {
    let next = from;
    let leavesUnfrozen = false;
    for (; next < this.pages; next++) {
      const bits = this.skippableBits(next);
      if (bits === 0) break;
      if ((bits & MapBit.allFrozen) === 0) leavesUnfrozen = true;
      this.betweenPages();
    }
    this.nextToVisit = next;
    this.isSkipping = next - from >= SKIP_PAGES_THRESHOLD;
    if (this.isSkipping && leavesUnfrozen) this.hasSkippedUnfrozen = true;
  }

  /** The page's bits in the map; 0 when it must be visited. The last page always is: the table may end before it. */
  private skippableBits(block: number): number {
    const { file, usesMap, isAggressive } = this.request;
    if (!usesMap || block === this.pages - 1) return 0;
    const bits = this.parts.visibilityMap.status(file, block);
    const needed = isAggressive ? MapBit.both : MapBit.allVisible;
    return (bits & needed) === needed ? bits : 0;
  }
}
