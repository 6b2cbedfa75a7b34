import { expect } from 'chai';
import { PROFILE_NAMES } from '../../disks/disk-model.js';
import { honestProfiles } from '../../disks/profiles.js';
import { failureOnLiar } from './testing/small-run.js';
import { verdictByModel } from './verdict-by-model.js';

describe('the verdict by disk model', () => {
  it('says of a loss that only a disk that lies can cause that it passes on all others', async () => {
    const { run, config, failure, target } = await failureOnLiar();
    const verdicts = await verdictByModel(run, config, failure, target);
    expect(verdicts.map(({ profile }) => profile)).to.deep.equal([...PROFILE_NAMES]);
    expect(verdicts.filter(({ fails }) => fails)).to.deep.equal([{ profile: 'lying-fsync', fails: true, states: 1 }]);
    for (const { profile, states } of verdicts) {
      if (honestProfiles.includes(profile)) expect(states, profile).to.be.greaterThan(10);
    }
  });

  it('says of a loss that more disks can cause that it fails on them', async () => {
    const { run, config, failure, target } = await failureOnLiar();
    const unsynced = { ...run, events: run.events.filter(({ kind }) => kind !== 'sync') };
    const crash = { ...failure.crash, profile: 'xfs' as const };
    const verdicts = await verdictByModel(unsynced, config, { ...failure, crash }, target);
    const failing = verdicts.filter(({ fails }) => fails).map(({ profile }) => profile);
    expect(failing).to.include.members(['posix-weak', 'ext4-ordered', 'xfs', 'lying-fsync']);
  });

  it('does not count a loss that broke another invariant', async () => {
    const { run, config, failure, target } = await failureOnLiar();
    const unsynced = { ...run, events: run.events.filter(({ kind }) => kind !== 'sync') };
    const violations = failure.violations.map((violation) => ({ ...violation, invariant: 'page-structure' as const }));
    const verdicts = await verdictByModel(unsynced, config, { ...failure, violations }, target);
    expect(verdicts.filter(({ fails }) => fails).map(({ profile }) => profile)).to.deep.equal(['lying-fsync']);
  });
});
