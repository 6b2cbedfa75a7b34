import { BTree } from '../../engine/access/btree/btree.js';
import type { IndexShape } from '../../engine/access/btree/index-shape.js';
import { vacuumed } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'X10',
  title: 'a vacuum frees line pointers whose index entries it takes away only later, when rows stand there again',
  precedent: 'the order that lazy_vacuum insists on: indexes before the table',
  tier: 'power',
  invariants: [
    'index-agreement',
    'live-reads',
    'atomicity',
    'durability',
    'no-resurrection',
    'no-internal-error',
    'serves-again',
  ],
  powerFocus: vacuumed,
};

type IsDead = (block: number, offset: number) => boolean;

/** Of each index the places that its last vacuum was told of. */
const due = new WeakMap<BTree, Map<number, Set<string>>>();

export function install(): void {
  replaceMethod<BTree, [IndexShape, IsDead, unknown, () => void], unknown>(
    BTree,
    'bulkDelete',
    (original) =>
      function (index, isDead, before, onPage) {
        const all = due.get(this) ?? new Map<number, Set<string>>();
        due.set(this, all);
        const [old, fresh] = [all.get(index.oid), new Set<string>()];
        all.set(index.oid, fresh);
        const isDue: IsDead = (block, offset) => {
          const place = `${block} ${offset}`;
          if (isDead(block, offset)) fresh.add(place);
          return old?.has(place) ?? false;
        };
        return original.call(this, index, isDue, before, onPage);
      },
  );
}
