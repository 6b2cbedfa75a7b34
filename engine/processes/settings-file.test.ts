import { expect } from 'chai';
import { Settings } from '../base/settings/settings.js';
import { applyCommandLine, defaultSettingsText, parseSettingsText } from './settings-file.js';
import { applyReload } from './shared-settings.js';

describe('postgresql.conf', () => {
  it('takes names, values, quotes and comments', () => {
    const text = "# first\nport = 5433 # why\nwork_mem '4MB'\ncluster_name='it''s'\n\n  fsync   off\n";
    expect(parseSettingsText(text, 'f').map(({ name, value, line }) => [name, value, line])).to.deep.equal([
      ['port', '5433', 2],
      ['work_mem', '4MB', 3],
      ['cluster_name', "it's", 4],
      ['fsync', 'off', 6],
    ]);
  });

  it('says which line is wrong', () => {
    expect(() => parseSettingsText('port = 1\nport = = 2\n', 'f')).to.throw('syntax error in file "f" line 2');
  });

  it('begins as nothing but comments, which are valid settings', () => {
    const text = defaultSettingsText();
    expect(parseSettingsText(text, 'f')).to.deep.equal([]);
    const settings = new Settings();
    const active = text
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^#/, ''))
      .join('\n');
    for (const { name, value } of parseSettingsText(active, 'f')) applyCommandLine(settings, [`${name}=${value}`]);
    expect(settings.get('checkpoint_timeout')).to.equal(300);
  });

  it('reloads what may change and names what may not', () => {
    const settings = new Settings();
    settings.setText('work_mem', '8MB', 'configuration file');
    const fresh = new Settings();
    applyCommandLine(fresh, ['checkpoint_timeout=30s', 'port=1']);
    expect(applyReload(settings, fresh.toJSON())).to.deep.equal(['port']);
    expect(settings.get('checkpoint_timeout')).to.equal(30);
    expect(settings.show('work_mem')).to.equal('4MB');
  });
});
