import type { ReportModel } from '../report-model.js';

export async function htmlReport(model: ReportModel): Promise<string> {
  return `<!doctype html><title>${model.headline}</title>`;
}
