/**
 * Chooses so many of a table's blocks at random, each as likely as the other, in ascending order (Knuth's algorithm S,
 * utils/misc/sampling.c). `random` gives numbers in [0, 1).
 */
export function* sampleBlocks(blocks: number, wanted: number, random: () => number): Generator<number> {
  let left = wanted;
  for (let block = 0; block < blocks && left > 0; block++) {
    const isChosen = left >= blocks - block || random() * (blocks - block) < left;
    if (!isChosen) continue;
    left--;
    yield block;
  }
}
