/** A query string and all it gives, in the form of TestSession.run(). Cases of one list run in order, in one session. */
export type Case = readonly [sql: string, answer: string];
