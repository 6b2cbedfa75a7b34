import type { PreparedStatement } from '../session.js';

/** The statements a client has prepared by name; '' is the protocol's unnamed one. */
export type PreparedStatements = Map<string, PreparedStatement>;
