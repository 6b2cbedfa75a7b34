import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { dir, type DirectoryResult } from 'tmp-promise';
import { drawRoundPlan } from '../faults/draw-plan.js';
import { printFault } from '../faults/print.js';
import { workloadNamed, workloadsFor } from '../workloads/workload-table.js';
import { extensionsOf, loadExtensions } from './load-extensions.js';
import { actionNamed, ownOracles, removeExtension } from './loaded.js';

describe('extensions', () => {
  let directory: DirectoryResult;
  let made = 0;
  /** The one that was loaded. */
  let good: string | undefined;
  before(async () => (directory = await dir({ unsafeCleanup: true })));
  after(async () => {
    if (good !== undefined) removeExtension(good);
    await directory.cleanup();
  });

  function module(text: string): string {
    const file = path.join(directory.path, `extension-${made++}.mjs`);
    writeFileSync(file, text);
    return file;
  }

  const refused: [string, string, RegExp][] = [
    ['nothing exported', 'export const other = {};', /exports no "extension"/],
    [
      'a workload by a name that is taken',
      "export const extension = { workloads: [{ name: 'bank' }] };",
      /there is a workload "bank" already/,
    ],
    [
      'a name that cannot stand in a fault',
      "export const extension = { actions: [{ name: 'Stop it' }] };",
      /action "Stop it": use small letters/,
    ],
    [
      'an invariant that passes for one of ours',
      "export const extension = { oracles: [{ invariant: 'durability' }] };",
      /is not like own:no-job-twice/,
    ],
    ['a module that is not there', '', /Cannot find module/],
  ];
  for (const [what, text, message] of refused) {
    it(`are refused with ${what}`, async () => {
      const file = text === '' ? path.join(directory.path, 'nowhere.mjs') : module(text);
      const thrown = await loadExtensions([file]).catch((error: unknown) => error);
      expect((thrown as Error).message).to.match(message);
    });
  }

  it('give workloads, oracles and actions, by path or URL, once', async () => {
    const file = module(`export const extension = {
      workloads: [{ name: 'of-a-test', effect: () => undefined }],
      oracles: [{ invariant: 'own:of-a-test', about: '' }],
      actions: [{ name: 'act-of-a-test', strike() {} }],
    };`);
    await loadExtensions([file]);
    good = file;
    await loadExtensions([pathToFileURL(file).href, path.relative(process.cwd(), file)]);
    expect(workloadNamed('of-a-test').name).to.equal('of-a-test');
    expect(workloadsFor({ features: [], transactions: false })).to.include('of-a-test');
    expect(ownOracles().filter(({ invariant }) => invariant === 'own:of-a-test')).to.have.length(1);
    expect(actionNamed('act-of-a-test').name).to.equal('act-of-a-test');
    expect(() => actionNamed('act-of-nobody')).to.throw('is the extension loaded that has it?');
  });

  it('take part in the plans that are drawn', () => {
    const abilities = {
      trace: true,
      inspection: true,
      transactions: true,
      processTypes: ['backend', 'checkpointer', 'startup'],
      features: [],
    };
    const drawn = Array.from({ length: 60 }, (_, seed) => drawRoundPlan(seed, abilities, 2).map(printFault)).flat();
    expect(drawn.some((fault) => /^act act-of-a-test at \+0\.\d{3}$/.test(fault))).to.equal(true);
  });

  it('stand in seed files by their paths', () => {
    expect(extensionsOf([])).to.deep.equal({});
    const { extensions } = extensionsOf([pathToFileURL(path.resolve('a/b.js')).href]);
    expect(extensions).to.deep.equal([path.join('a', 'b.js')]);
  });
});
