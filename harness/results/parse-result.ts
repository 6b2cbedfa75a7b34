import * as v from 'valibot';
import { UsageError } from '../cli/usage-error.js';

/** JSON of a schema; raises a usage error that says where it is wrong. `where`: file, or file and line. */
export function parseResult<Schema extends v.GenericSchema>(
  schema: Schema,
  where: string,
  text: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, json(where, text));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new UsageError(
    `${where} is not a result that this version can read: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`,
  );
}

function json(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new UsageError(`${where} is not JSON: ${(thrown as Error).message}`);
  }
}
