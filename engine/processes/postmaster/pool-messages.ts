/** What passes between postmaster and backend beside connections. */
export const BackendMessage = {
  /** Backend to postmaster: ready for a connection, as at its start or after one without a session. */
  free: { kind: 'free' },
} as const;
