import { expect } from 'chai';
import { PROFILE_NAMES, SECTOR_BYTES } from './disk-model.js';
import { honestProfiles, profiles } from './profiles.js';

describe('disk profiles', () => {
  it('are those that are named, each under its own name', () => {
    expect(Object.keys(profiles)).to.deep.equal([...PROFILE_NAMES]);
    for (const name of PROFILE_NAMES) expect(profiles[name].name).to.equal(name);
  });

  for (const name of PROFILE_NAMES) {
    it(`${name} says what it promises, and where that is written`, () => {
      const { promises, sources } = profiles[name];
      for (const lines of [promises, sources]) {
        expect(lines).to.not.have.length(0);
        for (const line of lines) expect(line.length).to.be.greaterThan(20);
      }
    });

    it(`${name} tears at sectors or whole numbers of them`, () => {
      const { atomicBytes } = profiles[name];
      expect(atomicBytes).to.be.at.least(SECTOR_BYTES);
      expect(atomicBytes % SECTOR_BYTES).to.equal(0);
    });
  }

  it('are honest where a sync that succeeds has kept something, and there is one that is not', () => {
    expect([...honestProfiles]).to.deep.equal(PROFILE_NAMES.filter((name) => profiles[name].syncIsHonest));
    expect(honestProfiles).to.not.include('lying-fsync');
  });
});
