import { expect } from 'chai';
import { parseQualifiedName } from './object-names.js';
import { splitIdentifiers } from './search-path.js';

describe('names as text', () => {
  it('split a list of identifiers, folding what is not quoted', () => {
    expect(splitIdentifiers('"$user", public')).to.deep.equal(['$user', 'public']);
    expect(splitIdentifiers('A,"B c" , "d""e"')).to.deep.equal(['a', 'B c', 'd"e']);
    expect(splitIdentifiers('')).to.deep.equal([]);
  });

  it('split a qualified name, and refuse what is none', () => {
    expect(parseQualifiedName('Public."My Table"')).to.deep.equal(['public', 'My Table']);
    expect(parseQualifiedName('t')).to.deep.equal(['t']);
    for (const text of ['', 'a.', '.a', 'a b', '"a', '1a']) {
      expect(() => parseQualifiedName(text), text).to.throw('invalid name syntax');
    }
  });
});
