import * as v from 'valibot';
import { INVARIANTS, isOwnInvariant, type Invariant } from './oracle.js';

/** An invariant's name in a file: of the harness, or of an extension. */
export const invariantSchema = v.custom<Invariant>(
  (value) => INVARIANTS.some((known) => known === value) || (typeof value === 'string' && isOwnInvariant(value)),
  'not an invariant',
);
