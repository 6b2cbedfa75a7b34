import * as fs from 'node:fs';
import * as path from 'node:path';
import { buildModel } from '../../reports/build-model.js';
import { jsonLinesReport } from '../../reports/json-lines.js';
import { junitReport } from '../../reports/junit.js';
import { markdownReport } from '../../reports/markdown.js';
import { readResults } from '../../reports/read-results.js';
import type { ReportModel } from '../../reports/report-model.js';
import type { Format } from './report-formats.js';
import type { RunResults } from '../results/run-directory.js';

export interface ReportOptions {
  readonly format: Format;
  /** A file, or - for standard output. */
  readonly out?: string;
}

const FILE_OF: Readonly<Record<Format, string>> = {
  html: 'report.html',
  junit: 'junit.xml',
  md: 'summary.md',
  json: 'report.jsonl',
};

/** `crashwright report DIR...`: 0, whatever the results say. */
export async function report(directories: readonly string[], { format, out }: ReportOptions): Promise<number> {
  const results = readResults(directories);
  const text = await rendered(format, buildModel(results), results);
  const file = out ?? path.join(directories[0], FILE_OF[format]);
  if (file === '-') process.stdout.write(text);
  else fs.writeFileSync(file, text);
  if (file !== '-') process.stderr.write(`wrote ${file}\n`);
  return 0;
}

/** Writes the reports of a run that has ended beside its results; returns the files. */
export async function writeReports(directory: string, formats: readonly Format[]): Promise<string[]> {
  const results = readResults([directory]);
  const model = buildModel(results);
  const files: string[] = [];
  for (const format of formats) {
    const file = path.join(directory, FILE_OF[format]);
    fs.writeFileSync(file, await rendered(format, model, results));
    files.push(file);
  }
  return files;
}

async function rendered(format: Format, model: ReportModel, results: readonly RunResults[]): Promise<string> {
  switch (format) {
    case 'html':
      return (await import('../../reports/html/html-report.js')).htmlReport(model);
    case 'junit':
      return junitReport(results);
    case 'md':
      return markdownReport(model);
    case 'json':
      return jsonLinesReport(model, results);
  }
}
