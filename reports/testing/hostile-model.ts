import type { ReportModel } from '../report-model.js';
import { sampleModel } from './sample-model.js';

const HOSTILE = `</style></script><script>throw new Error('ran')</script><img src="https://example.invalid/" onerror="throw 1">'"&amp;\u202e`;

/** Names that the program itself gives, by their keys: a model cannot have others. */
const GIVEN: ReadonlySet<string> = new Set(['verdict', 'tier', 'invariant', 'kind', 'fate', 'profile']);

/** The sample with markup at the beginning of each text. */
export function hostileModel(): ReportModel {
  return hostile(sampleModel()) as ReportModel;
}

function hostile(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return GIVEN.has(key) ? value : `${HOSTILE} ${value}`;
  if (Array.isArray(value)) return value.map((each) => hostile(each, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, hostile(each, name)]));
}
