import { expect } from 'chai';
import { PgError } from '../errors.js';
import { Settings, findSetting, parseSetting, showSetting } from './settings.js';

describe('settings', () => {
  it('takes values with units and shows them as PostgreSQL does', () => {
    expect(parseSetting('shared_buffers', '128MB')).to.equal(16384);
    expect(parseSetting('checkpoint_timeout', '5min')).to.equal(300);
    expect(parseSetting('wal_writer_delay', '2s')).to.equal(2000);
    expect(parseSetting('fsync', 'OFF')).to.equal(false);
    expect(showSetting('shared_buffers', 16384)).to.equal('128MB');
    expect(showSetting('checkpoint_timeout', 300)).to.equal('5min');
    expect(showSetting('checkpoint_completion_target', 0.9)).to.equal('0.9');
  });

  it('refuses wrong words, units and ranges, saying what is allowed', () => {
    expect(() => parseSetting('synchronous_commit', 'maybe'))
      .to.throw(PgError)
      .with.nested.property('details.hint')
      .that.contains('remote_apply');
    expect(() => parseSetting('shared_buffers', '10s')).to.throw(/invalid value for parameter "shared_buffers"/);
    expect(() => parseSetting('shared_buffers', '1')).to.throw(/outside the valid range/);
    expect(() => parseSetting('fsync', 'perhaps')).to.throw(/requires a Boolean/);
  });

  it('finds names in any case and layers sessions over the server', () => {
    expect(findSetting('datestyle')).to.equal('DateStyle');
    expect(findSetting('no_such')).to.equal(undefined);
    const server = new Settings();
    server.setText('work_mem', '8MB', 'configuration file');
    const session = Settings.fromJSON(JSON.parse(JSON.stringify(server))).layer();
    expect(session.get('work_mem')).to.equal(8192);
    session.setText('work_mem', '1MB', 'session');
    expect(session.show('work_mem')).to.equal('1MB');
    session.reset('work_mem');
    expect([session.get('work_mem'), session.sourceOf('work_mem')]).to.deep.equal([8192, 'configuration file']);
  });
});
