/** Rows of pg_proc: see FunctionFamily. */
export const similarRows = `
1623 similar_escape(text,text) text lax
1986 similar_to_escape(text,text) text code=similar_to_escape_2
1987 similar_to_escape(text) text code=similar_to_escape_1
`;
