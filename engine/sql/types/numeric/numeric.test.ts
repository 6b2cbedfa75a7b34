import { expect } from 'chai';
import fc from 'fast-check';
import { add, compareNumeric, divide, divideTruncated, modulo, multiply, subtract } from './arithmetic.js';
import { Numeric, pow10 } from './numeric.js';
import { exponential, naturalLogarithm, power, squareRoot } from './transcendental.js';
import { parseNumeric } from './text.js';

const anyFinite = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat(25))
  .map(([n, s]) => Numeric.of(n, s));
const notZero = anyFinite.filter((value) => value.sign !== 0);

/** numerator / denominator, denominator > 0. */
type Rational = readonly [numerator: bigint, denominator: bigint];

function rational(value: Numeric): Rational {
  return [value.unscaled, pow10(value.scale)];
}

function same([a, b]: Rational, [c, d]: Rational): boolean {
  return a * d === c * b;
}

/** |value - exact| <= half a unit in the value's last place. */
function isRounded(value: Numeric, [numerator, denominator]: Rational): boolean {
  const difference = value.unscaled * denominator - numerator * pow10(value.scale);
  return (difference < 0n ? -difference : difference) * 2n <= (denominator < 0n ? -denominator : denominator);
}

describe('numeric', () => {
  it('adds, subtracts and multiplies exactly', () => {
    fc.assert(
      fc.property(anyFinite, anyFinite, (a, b) => {
        const [[an, ad], [bn, bd]] = [rational(a), rational(b)];
        expect(same(rational(add(a, b)), [an * bd + bn * ad, ad * bd])).to.equal(true);
        expect(same(rational(subtract(a, b)), [an * bd - bn * ad, ad * bd])).to.equal(true);
        expect(same(rational(multiply(a, b)), [an * bn, ad * bd])).to.equal(true);
        expect(add(a, b).scale).to.equal(Math.max(a.scale, b.scale));
        expect(multiply(a, b).scale).to.equal(a.scale + b.scale);
      }),
    );
  });

  it('divides to the nearest digit, with at least 16 significant ones', () => {
    fc.assert(
      fc.property(anyFinite, notZero, (a, b) => {
        const [[an, ad], [bn, bd]] = [rational(a), rational(b)];
        const quotient = divide(a, b);
        expect(isRounded(quotient, [an * bd, ad * bn])).to.equal(true);
        expect(quotient.scale).to.be.at.least(Math.max(a.scale, b.scale));
      }),
    );
  });

  it('a = div(a, b) * b + mod(a, b), the remainder having the sign of a', () => {
    fc.assert(
      fc.property(anyFinite, notZero, (a, b) => {
        const remainder = modulo(a, b);
        expect(compareNumeric(add(multiply(divideTruncated(a, b), b), remainder), a)).to.equal(0);
        expect(compareNumeric(remainder.abs(), b.abs())).to.equal(-1);
        expect(remainder.sign === 0 || remainder.sign === a.sign).to.equal(true);
      }),
    );
  });

  it('rounds half away from zero', () => {
    const rounded = (text: string, scale: number) => parseNumeric(text).round(scale).toString();
    expect([rounded('2.5', 0), rounded('-2.5', 0), rounded('0.125', 2), rounded('1250', -2)]).to.eql([
      '3',
      '-3',
      '0.13',
      '1300',
    ]);
    fc.assert(
      fc.property(anyFinite, fc.integer({ min: 0, max: 30 }), (value, scale) => {
        expect(isRounded(value.round(scale), rational(value))).to.equal(true);
      }),
    );
  });

  it('takes square roots to the nearest digit', () => {
    fc.assert(
      fc.property(
        anyFinite.map((value) => value.abs()),
        (value) => {
          const root = squareRoot(value);
          const unit = Numeric.of(1n, root.scale);
          expect(compareNumeric(multiply(subtract(root, unit), subtract(root, unit)), value)).to.be.at.most(
            root.sign === 0 ? 1 : 0,
          );
          expect(compareNumeric(multiply(add(root, unit), add(root, unit)), value)).to.be.at.least(0);
        },
      ),
    );
  });

  it('takes logarithms and powers as PostgreSQL shows them', () => {
    const shown = (value: Numeric) => value.toString();
    expect(shown(exponential(parseNumeric('1.0')))).to.equal('2.7182818284590452');
    expect(shown(naturalLogarithm(parseNumeric('1.00001')))).to.equal('0.000009999950000333331');
    expect(shown(power(parseNumeric('3'), parseNumeric('0.5')))).to.equal('1.7320508075688773');
    expect(shown(power(parseNumeric('0.00001'), parseNumeric('3.0')))).to.equal('0.0000000000000010');
    expect(shown(power(parseNumeric('1.0000001'), parseNumeric('1000000')))).to.equal('1.1051709125497934');
    expect(() => power(parseNumeric('10'), parseNumeric('200000'))).to.throw('value overflows numeric format');
  });
});
