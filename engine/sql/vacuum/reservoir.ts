/**
 * A sample of fixed size of rows whose number is not known before (Vitter's reservoir): each row that came by is in it
 * with the same probability.
 */
export class Reservoir<Row> {
  readonly rows: Row[] = [];
  private seen = 0;

  constructor(
    private readonly size: number,
    /** Numbers in [0, 1). */
    private readonly random: () => number,
  ) {}

  /** `make` is called when the row is taken into the sample. */
  offer(make: () => Row): void {
    this.seen++;
    if (this.rows.length < this.size) {
      this.rows.push(make());
      return;
    }
    const place = Math.floor(this.random() * this.seen);
    if (place < this.size) this.rows[place] = make();
  }
}
