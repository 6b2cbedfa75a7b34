import { expect } from 'chai';
import { loadParser, Parser } from '../parse/parser.js';
import { parseExpression } from '../plan/planned-statement.js';
import { TypeOid } from '../types/oids.js';
import { deparse, pretty, quoteLiteral, quoteName } from './deparse.js';
import { transformExpression } from './expressions.js';
import { Parameters } from './parameters.js';
import { Scope } from './scope.js';

describe('deparse', () => {
  before(loadParser);

  /** The text of an expression over columns a int4, b text, c numeric. */
  function printed(text: string): string {
    const parser = new Parser();
    const scope = new Scope(undefined);
    const columns = Object.entries({ a: TypeOid.int4, b: TypeOid.text, c: TypeOid.numeric }).map(([name, type]) => ({
      name,
      type,
      typmod: -1,
    }));
    const table = { name: 't', columns: [], query: undefined as never };
    scope.namespace = [scope.itemFor(scope.addSource('t', columns, { kind: 'common-table', table }))];
    const context = {
      openRelation: () => {
        throw new Error('no tables here');
      },
      parameters: new Parameters([], false),
      text: {},
      parseExpression: (expression: string) => parseExpression(parser, expression),
      noteLocking: () => {},
    };
    return deparse(transformExpression({ context }, scope, parseExpression(parser, text)), { qualify: false });
  }

  it('writes as PostgreSQL does', () => {
    expect(printed('a > 0 and b <> $$x$$')).to.equal("((a > 0) AND (b <> 'x'::text))");
    expect(printed('c > 0')).to.equal('(c > (0)::numeric)');
    expect(printed('lower(b) is not null')).to.equal('(lower(b) IS NOT NULL)');
    expect(printed("cast(a as varchar(3)) || 'it''s'")).to.equal(
      "(((a)::character varying(3))::text || 'it''s'::text)",
    );
    expect(pretty('(c > (0)::numeric)')).to.equal('c > 0::numeric');
  });

  it('gives text that means the same when read again', () => {
    const texts = [
      'a + 1 * 2 = 7 or not (b like $$a%$$)',
      'case when a > 1 then b else $$other$$ end',
      'case a when 1 then $$one$$ when 2 then $$two$$ end',
      'coalesce(b, a::text, $$none$$)',
      'a in (1, 2, 3) and a not in (4, 5)',
      'a between 1 and 10',
      'b is distinct from $$q$$',
      'greatest(a, 3) - least(a, 4, 5)',
      'nullif(b, $$x$$) is null',
      'a = any (array[1, 2])',
      '-a + abs(-5) % 3',
      '(a > 1) is true',
      'c * 1.50 > -2.5',
      "'2020-01-01'::date + a > '2021-01-01'",
      "E'back\\\\slash' || b",
    ];
    for (const text of texts) {
      const once = printed(text);
      expect(printed(once), text).to.equal(once);
    }
  });

  it('quotes names and literals where they need it', () => {
    expect([quoteName('abc'), quoteName('Abc'), quoteName('select'), quoteName('a"b')]).to.deep.equal([
      'abc',
      '"Abc"',
      '"select"',
      '"a""b"',
    ]);
    expect(quoteLiteral("a'b\\c")).to.equal("E'a''b\\\\c'");
  });
});
