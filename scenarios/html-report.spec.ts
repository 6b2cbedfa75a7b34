import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { dir, type DirectoryResult } from 'tmp-promise';
import { htmlReport } from '../reports/html/html-report.js';
import { hostileModel } from '../reports/testing/hostile-model.js';
import { largeSampleModel, sampleModel, samplePassedModel } from '../reports/testing/sample-model.js';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SIZES = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
];
const THEMES = ['light', 'dark'] as const;
/** A file of that size, with so many elements, opens in less than a second. */
const LARGEST_BYTES = 2_000_000;
const MOST_ELEMENTS = 60_000;

/** What a person would see of the report, in the browser itself: from a file, without a network. */
describe('the HTML report in a browser', function () {
  let directory: DirectoryResult;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let requests: string[];

  before(async function () {
    if (!fs.existsSync(CHROMIUM)) {
      console.log(`      skipped: ${CHROMIUM} is not there`);
      this.skip();
    }
    directory = await dir({ unsafeCleanup: true });
    context = await chromium.launchPersistentContext(path.join(directory.path, 'profile'), {
      executablePath: CHROMIUM,
      args: ARGUMENTS,
      viewport: SIZES[0],
    });
  });
  after(async () => {
    await context?.close();
    await directory?.cleanup();
  });

  beforeEach(async () => {
    page = await context.newPage();
    [complaints, requests] = [[], []];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
  });
  afterEach(() => page.close());

  async function open(model = sampleModel()): Promise<string> {
    const file = path.join(directory.path, 'report.html');
    fs.writeFileSync(file, await htmlReport(model));
    const url = pathToFileURL(file).href;
    await page.goto(url);
    return url;
  }

  const count = (selector: string): Promise<number> => page.locator(selector).count();

  it('tells the verdict first, then each failure with the commands to see it again', async () => {
    await open();
    expect(await page.locator('h1').innerText()).to.contain('Violated');
    expect(await page.locator('.headline').innerText()).to.contain('2 causes of failure');
    expect(await count('article.failure')).to.equal(2);
    const first = page.locator('article.failure').first();
    expect(await first.locator('.found').innerText()).to.contain('invalid page in block 12');
    expect(await first.locator('.command').first().innerText()).to.match(/^npx crashwright replay /);
    expect(await first.locator('.strip i').count()).to.equal(16);
    expect(await first.locator('.strip i.kept').count()).to.equal(4);
    expect(await first.locator('pre mark').innerText()).to.contain('<-- here');
    expect(await page.locator('.verdict .alert').innerText()).to.contain('3/4');
  });

  it('shows charts with their marks, each named and with its figures as a table', async () => {
    await open();
    const charts = await count('figure.chart');
    expect(charts).to.be.greaterThan(7);
    expect(await count('figure.chart svg[role=img][aria-label]')).to.equal(charts);
    expect(await count('figure.chart > details table')).to.be.at.least(charts);
    for (const [section, mark] of [
      ['failures', 'mark-rect'],
      ['coverage', 'mark-rect'],
      ['recoveries', 'mark-symbol'],
      ['discovery', 'mark-line'],
      ['score', 'mark-rect'],
    ]) {
      expect(await count(`#${section} svg .${mark}.role-mark path`), section).to.be.greaterThan(0);
    }
    expect(await page.locator('#never-struck + ol li').first().innerText()).to.match(/passed [\d,]+ times/);
  });

  it('asks for nothing but itself, and has nothing to complain of', async () => {
    const url = await open();
    expect(requests.filter((request) => !request.startsWith('data:'))).to.deep.equal([url]);
    expect(complaints).to.deep.equal([]);
  });

  it('shows hostile text as text', async () => {
    await open(hostileModel());
    expect(await count('img, script, iframe')).to.equal(0);
    expect(await page.locator('.headline').innerText()).to.contain('<script>');
    expect(requests.filter((request) => !request.startsWith('data:') && !request.startsWith('file:'))).to.deep.equal(
      [],
    );
    expect(complaints).to.deep.equal([]);
  });

  for (const viewport of SIZES) {
    for (const colorScheme of THEMES) {
      it(`is readable ${viewport.width} pixels wide, ${colorScheme}`, async () => {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        await open();
        await openAllDetails(page);
        expect(await page.evaluate('document.documentElement.scrollWidth')).to.be.at.most(viewport.width);
        expect(await faintTexts(page)).to.deep.equal([]);
        const picture = path.join(directory.path, 'picture.png');
        await page.screenshot({ path: picture });
        expect(pictureSize(picture)).to.deep.equal(viewport);
      });
    }
  }

  it('follows its own switch of colours, without a script', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await open();
    const background = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await background();
    await page.locator('#theme-dark').check();
    expect(await background()).not.to.equal(light);
    await page.locator('#theme-light').check();
    expect(await background()).to.equal(light);
  });

  it('can be used by keyboard', async () => {
    await open();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).to.equal('Skip to the findings');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('location.hash')).to.equal('#main');
    const details = page.locator('article.failure').nth(1).locator('details.account');
    expect(await details.getAttribute('open')).to.equal(null);
    await details.locator('> summary').focus();
    await page.keyboard.press('Enter');
    expect(await details.getAttribute('open')).to.equal('');
  });

  it('says so when nothing was violated', async () => {
    await open(samplePassedModel());
    expect(await page.locator('h1').innerText()).to.contain('Passed');
    expect(await page.locator('#failures').innerText()).to.contain('No invariant was violated');
    expect(complaints).to.deep.equal([]);
  });

  it('stays small for 10,000 cycles with 50 causes, and says what it leaves out', async () => {
    const file = new URL(await open(largeSampleModel()));
    expect(fs.statSync(file).size).to.be.lessThan(LARGEST_BYTES);
    expect(await count('*')).to.be.lessThan(MOST_ELEMENTS);
    expect(await count('article.failure')).to.equal(50);
    expect(await page.locator('main').textContent()).to.contain('the rest is left out');
  });
});

async function openAllDetails(page: Page): Promise<void> {
  await page.evaluate('document.querySelectorAll("details").forEach((each) => { each.open = true; })');
}

/** Width and height stand in the first chunk of a PNG. */
function pictureSize(file: string): { width: number; height: number } {
  const bytes = fs.readFileSync(file);
  expect(bytes.subarray(1, 4).toString('latin1')).to.equal('PNG');
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** Texts whose contrast with what is behind them is below 4.5, as the browser computes the colours of both. */
function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const parts = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
    const luminance = (colour) => {
      const [r, g, b] = parts(colour).map((part) => part / 255).map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
      for (let each = element; each; each = each.parentElement) {
        const colour = getComputedStyle(each).backgroundColor;
        if ((parts(colour)[3] ?? 1) > 0) return colour;
      }
      return 'rgb(255, 255, 255)';
    };
    const contrast = (element) => {
      const { color, fill } = getComputedStyle(element);
      const isDrawn = element.namespaceURI.endsWith('svg');
      const [one, other] = [luminance(isDrawn ? fill : color), luminance(behind(element))];
      return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    };
    const isOnMark = (element) => element.closest('.role-mark') !== null;
    const faint = [...document.querySelectorAll('body *')]
      .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
      .filter((each) => !['title', 'style'].includes(each.localName) && !isOnMark(each))
      .filter((each) => contrast(each) < 4.5);
    return [...new Set(faint.map((each) => each.localName + '.' + each.getAttribute('class') + ': ' + contrast(each).toFixed(2)))];
  })()`);
}
