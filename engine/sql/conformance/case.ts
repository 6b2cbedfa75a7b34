/**
 * A query string and all it gives, in the form of TestSession.run(), and what the client sends to a COPY in it. Cases of
 * one list run in order, in one session.
 */
export type Case = readonly [sql: string, answer: string, ...copied: (string | Buffer)[]];

/** The same for several sessions, by name, that take turns. */
export type SessionCase = readonly [session: string, sql: string, answer: string];
