import type { CallEnvironment } from '../environment.js';

/** A session at the year 2000 whose random numbers are all one half. */
export function testEnvironment(): CallEnvironment {
  return {
    now: () => 0n,
    statementTime: () => 0n,
    clockTime: () => 0n,
    random: () => 0.5,
    session: { user: 'alice', sessionUser: 'alice', database: 'test', version: 'test', searchPath: () => ['public'] },
  };
}
