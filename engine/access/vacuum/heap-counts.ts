/** What the pages looked at have held, and hold now. */
export class HeapCounts {
  scannedPages = 0;
  /** Behind the last page that has to stay. */
  nonemptyPages = 0;
  removedTuples = 0;
  liveTuples = 0;
  recentlyDeadTuples = 0;
  missedDeadTuples = 0;
  missedDeadPages = 0;
  deadItemPages = 0;
  deadItems = 0;

  addStubs(stubs: number): void {
    if (stubs === 0) return;
    this.deadItemPages++;
    this.deadItems += stubs;
  }
}
