import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { dir } from 'tmp-promise';

/**
 * Draws the pictures of the guide: `npm run docs:pictures`. A known bug is hunted, its failure made smaller, and the report of that
 * opened in a browser.
 */
const CLI = fileURLToPath(new URL('../harness/cli/crashwright.js', import.meta.url));
const PICTURES = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-sync',
];
const WIDTH = 1200;

function crashwright(cwd: string, ...words: string[]): void {
  const { status } = spawnSync(process.execPath, [CLI, ...words], { cwd, stdio: 'inherit' });
  if (status === null || status > 1) throw new Error(`crashwright ${words.join(' ')} ended with ${status}`);
}

/** From `from` to the element that `to` names, or so far down. */
async function picture(page: Page, name: string, from: string, height: number): Promise<void> {
  const box = await page.locator(from).first().boundingBox();
  if (!box) throw new Error(`the report has no ${from}`);
  const clip = { x: 0, y: Math.max(0, box.y - 12), width: WIDTH, height };
  await page.screenshot({ path: path.join(PICTURES, name), clip, fullPage: true });
}

async function draw(report: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  try {
    const page = await browser.newPage({ viewport: { width: WIDTH, height: 900 } });
    await page.goto(pathToFileURL(report).href);
    await picture(page, 'verdict.png', 'body', 1000);
    await picture(page, 'failure.png', 'figure.chart', 760);
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture(page, 'coverage.png', '#coverage', 640);
  } finally {
    await browser.close();
  }
}

const directory = await dir({ unsafeCleanup: true });
fs.mkdirSync(PICTURES, { recursive: true });
const RUN = ['--tier', 'power', '--mutant', 'W2', '--workload', 'inserts', '--seed', '1', '--jobs', '1'];
crashwright(directory.path, 'run', ...RUN, '--out', 'runs/w2');
const seed = fs.readdirSync(`${directory.path}/runs/w2`).find((name) => /^W2.*\.json$/.test(name))!;
crashwright(directory.path, 'shrink', `runs/w2/${seed}`);
crashwright(directory.path, 'report', 'runs/w2');
await draw(`${directory.path}/runs/w2/report.html`);
await directory.cleanup();
