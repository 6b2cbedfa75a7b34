/**
 * The environment for a process of Node's: this process's own, without a list of certificates that Node would read at
 * every start and that no server uses.
 */
export function childEnvironment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _costsAtEveryStart, ...rest } = process.env;
  return rest;
}
