import type { ReportModel } from '../report-model.js';
import { campaignsBody } from './campaigns.js';
import { coverageBody } from './coverage.js';
import { discoveryBody } from './discovery.js';
import { failuresBody } from './failures.js';
import { harnessFailuresBody } from './harness-failures.js';
import type { Html } from './html.js';
import { invariantsBody } from './invariants.js';
import { scoreBody } from './mutant-score.js';
import { page, type Section } from './page.js';
import { recoveriesBody } from './recoveries.js';
import { verdictHeader } from './verdict.js';

/**
 * The report as one file of HTML that needs nothing else: no network, no script. Every text of the model is escaped, and a
 * policy in the page forbids scripts and requests besides.
 */
export async function htmlReport(model: ReportModel): Promise<string> {
  return page(`Crashwright: ${model.headline}`, verdictHeader(model), await sectionsOf(model)).text;
}

async function sectionsOf(model: ReportModel): Promise<Section[]> {
  const { failures, harnessFailures, invariants, coverage, recoveries, discovery, score } = model;
  return [
    section('failures', 'Failures', await failuresBody(failures), failures.length),
    ...(harnessFailures.length > 0
      ? [section('harness-failures', 'Harness failures', harnessFailuresBody(harnessFailures), harnessFailures.length)]
      : []),
    section('invariants', 'Invariants', invariantsBody(invariants)),
    section('coverage', 'Where crashes fell', await coverageBody(coverage)),
    section('recoveries', 'Recovery time', await recoveriesBody(recoveries)),
    section('discovery', 'Discovery', await discoveryBody(discovery)),
    ...(score === undefined ? [] : [section('score', 'Known bugs', await scoreBody(score))]),
    section('campaigns', 'Campaigns and runs', campaignsBody(model)),
  ];
}

function section(id: string, title: string, body: Html, count?: number): Section {
  return { id, title, count, body };
}
