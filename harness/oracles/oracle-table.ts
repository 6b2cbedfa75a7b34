import { asyncLoss } from './async-loss.js';
import { atomicity } from './atomicity.js';
import { commitLog } from './commit-log.js';
import { durability } from './durability.js';
import { indexAgreement } from './index-agreement.js';
import { indexEntries } from './index-entries.js';
import { indexStructure } from './index-structure.js';
import { liveReads } from './live-reads.js';
import { logPositions } from './log-positions.js';
import { lsnChain } from './lsn-chain.js';
import { noResurrection } from './no-resurrection.js';
import { ownOracles } from '../extensions/loaded.js';
import type { ContentsOracle, FilesOracle, OwnInvariant } from './oracle.js';
import { pageStructure } from './page-structure.js';
import { visibilityMap } from './visibility-map.js';
import { writeAhead } from './write-ahead.js';
import { xidHorizon } from './xid-horizon.js';
import { xidLimit } from './xid-limit.js';
import { xidUniqueness } from './xid-uniqueness.js';

/** Those of the harness and of extensions, each with the look that asking it is, where it is one by itself. */
export function allContentsOracles(): { oracle: ContentsOracle; look?: OwnInvariant }[] {
  const own = ownOracles().flatMap(({ invariant, contents }) =>
    contents ? [{ oracle: contents, look: invariant }] : [],
  );
  return [...contentsOracles.map((oracle) => ({ oracle })), ...own];
}

export function allFilesOracles(): { oracle: FilesOracle; look?: OwnInvariant }[] {
  const own = ownOracles().flatMap(({ invariant, files }) => (files ? [{ oracle: files, look: invariant }] : []));
  return [...filesOracles.map((oracle) => ({ oracle })), ...own];
}

/** Asked after every recovery. */
const contentsOracles: readonly ContentsOracle[] = [
  durability,
  noResurrection,
  atomicity,
  indexAgreement,
  asyncLoss,
  liveReads,
  logPositions,
];

/** Asked whenever the files stand still: everything was killed, or the target was stopped. */
const filesOracles: readonly FilesOracle[] = [
  writeAhead,
  lsnChain,
  xidUniqueness,
  commitLog,
  xidHorizon,
  xidLimit,
  visibilityMap,
  pageStructure,
  indexStructure,
  indexEntries,
];
