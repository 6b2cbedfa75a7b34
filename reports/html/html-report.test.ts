import { expect } from 'chai';
import { hostileModel } from '../testing/hostile-model.js';
import { sampleModel, samplePassedModel } from '../testing/sample-model.js';
import { htmlReport } from './html-report.js';

describe('htmlReport', () => {
  it('is the same bytes for the same model', async () => {
    expect(await htmlReport(sampleModel())).to.equal(await htmlReport(sampleModel()));
  });

  it('names nothing outside the file', async () => {
    const text = (await htmlReport(sampleModel())).replace(/ xmlns(:\w+)?="[^"]*"/g, '');
    expect(text).not.to.match(/https?:|<script|@import|url\(/);
  });

  it('escapes every text of the model', async () => {
    const text = await htmlReport(hostileModel());
    expect(text).not.to.match(/<script|<img|\u202e/);
    expect(text.match(/<\/style>/g)).to.have.lengthOf(1);
    expect(text).to.contain('&lt;script&gt;');
  });

  it('has each id once, and headings in order', async () => {
    const text = await htmlReport(sampleModel());
    const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    const levels = [...text.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    levels.forEach((level, index) => expect(level - (levels[index - 1] ?? 0), `heading ${index}`).to.be.at.most(1));
  });

  it('leaves out sections that have nothing to say', async () => {
    const text = await htmlReport(samplePassedModel());
    expect(text).not.to.match(/id="(score|harness-failures)"/);
  });
});
