import { CastTable } from './cast-table.js';
import { aggregateCode } from './code/aggregates.js';
import { arrayCode } from './code/arrays.js';
import { datetimeCode } from './code/datetime.js';
import { datetimePartCode } from './code/datetime-parts.js';
import { sessionCode } from './code/session.js';
import { setCode } from './code/sets.js';
import { byteaCode } from './code/bytes.js';
import { comparisonCode } from './code/comparisons.js';
import { conversionCode } from './code/conversions.js';
import { floatCode } from './code/floats.js';
import { integerCode } from './code/integers.js';
import { likeCode } from './code/like.js';
import { numericCode } from './code/numerics.js';
import { regexCode } from './code/regex.js';
import { similarCode } from './code/similar.js';
import { textCode } from './code/text.js';
import { FunctionTable } from './function-table.js';
import { OperatorTable } from './operator-table.js';
import { Resolver } from './resolver.js';
import { aggregateRows } from './rows/aggregates-rows.js';
import { arrayRows } from './rows/arrays-rows.js';
import { datetimeRows } from './rows/datetime-rows.js';
import { datetimePartRows } from './rows/datetime-parts-rows.js';
import { sessionRows } from './rows/session-rows.js';
import { setRows } from './rows/sets-rows.js';
import { byteaRows } from './rows/bytes-rows.js';
import { castRows } from './rows/cast-rows.js';
import { comparisonRows } from './rows/comparisons-rows.js';
import { conversionRows } from './rows/conversions-rows.js';
import { floatRows } from './rows/floats-rows.js';
import { integerRows } from './rows/integers-rows.js';
import { likeRows } from './rows/like-rows.js';
import { numericRows } from './rows/numerics-rows.js';
import { operatorRows } from './rows/operator-rows.js';
import { regexRows } from './rows/regex-rows.js';
import { similarRows } from './rows/similar-rows.js';
import { textRows } from './rows/text-rows.js';
import type { FunctionFamily } from './signature.js';

/** The functions that need nothing but their arguments and the environment. */
export const builtInFamilies: readonly FunctionFamily[] = [
  { rows: comparisonRows, code: comparisonCode },
  { rows: integerRows, code: integerCode },
  { rows: floatRows, code: floatCode },
  { rows: numericRows, code: numericCode },
  { rows: conversionRows, code: conversionCode },
  { rows: textRows, code: textCode },
  { rows: likeRows, code: likeCode },
  { rows: regexRows, code: regexCode },
  { rows: similarRows, code: similarCode },
  { rows: byteaRows, code: byteaCode },
  { rows: aggregateRows, code: aggregateCode },
  { rows: arrayRows, code: arrayCode },
  { rows: datetimeRows, code: datetimeCode },
  { rows: datetimePartRows, code: datetimePartCode },
  { rows: sessionRows, code: sessionCode },
  { rows: setRows, code: setCode },
];

/** The resolver of an engine with these and further functions, e.g. those that read its state. */
export function createResolver(more: readonly FunctionFamily[] = []): Resolver {
  const functions = new FunctionTable([...builtInFamilies, ...more]);
  return new Resolver(functions, new OperatorTable(operatorRows, functions), new CastTable(castRows, functions));
}
