import { readFileSync, writeFileSync } from 'node:fs';
import { withSupportTable } from '../conformance/support.js';

/** Writes the table of supported SQL into the README that is named. */
const [path] = process.argv.slice(2);
writeFileSync(path, withSupportTable(readFileSync(path, 'utf8')));
