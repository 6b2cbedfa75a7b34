/**
 * Servers that must not outlive the harness: when its process exits before it has stopped them (an interrupt, a bug of
 * ours), they are killed, before temporary directories are removed. A SIGKILL of the harness itself leaves them running.
 */
const servers = new Set<() => void>();
let isListening = false;

/** `kill` ends a server at once, without waiting; call what is returned when that has become needless. */
export function endWithUs(kill: () => void): () => void {
  if (!isListening) {
    isListening = true;
    process.prependListener('exit', () => servers.forEach((each) => each()));
  }
  servers.add(kill);
  return () => void servers.delete(kill);
}
