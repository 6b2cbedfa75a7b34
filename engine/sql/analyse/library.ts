import { createResolver } from '../functions/built-in.js';
import type { Resolver } from '../functions/resolver.js';
import type { CastTable } from '../functions/cast-table.js';
import type { CommonTypes } from '../functions/common-type.js';
import { systemFunctions } from '../views/system-functions.js';

/** All functions, operators and casts. Immutable: the engine has no user-defined ones. */
const resolver = createResolver(systemFunctions);

export const library: { readonly resolver: Resolver; readonly casts: CastTable; readonly commonTypes: CommonTypes } = {
  resolver,
  casts: resolver.casts,
  commonTypes: resolver.common,
};
