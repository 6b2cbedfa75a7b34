type Method = (...args: never[]) => unknown;

/**
 * Replaces a method of a class, private ones too. Throws when there is none of that name, so that a mutant cannot
 * silently do nothing after the engine has changed.
 */
export function replaceMethod<This, Args extends unknown[], Result>(
  type: { prototype: unknown },
  name: string,
  make: (original: (this: This, ...args: Args) => Result) => (this: This, ...args: Args) => Result,
): void {
  const prototype = type.prototype as Record<string, Method | undefined>;
  const original = prototype[name];
  if (typeof original !== 'function') throw new Error(`mutant: the class has no method "${name}"`);
  prototype[name] = make(original as unknown as (this: This, ...args: Args) => Result) as Method;
}
