/** Rows of pg_proc: see FunctionFamily. */
export const sessionRows = `
89 version() text stable code=pgsql_version
710 getpgusername() name stable code=current_user
745 current_user() name stable
746 session_user() name stable
861 current_database() name stable
1039 getdatabaseencoding() name stable
1081 format_type(oid,int4) text stable lax
1269 pg_column_size(any) int4 stable
1299 now() timestamptz stable
1402 current_schema() name stable
1403 current_schemas(bool) _name stable
1597 pg_encoding_to_char(int4) name stable code=PG_encoding_to_char
1619 pg_typeof(any) regtype stable lax
2647 transaction_timestamp() timestamptz stable code=now
2648 statement_timestamp() timestamptz stable
2649 clock_timestamp() timestamptz volatile
3237 pg_lsn_mi(pg_lsn,pg_lsn) numeric
3432 gen_random_uuid() uuid volatile
5022 pg_lsn_pli(pg_lsn,numeric) pg_lsn
5023 numeric_pl_pg_lsn(numeric,pg_lsn) pg_lsn
5024 pg_lsn_mii(pg_lsn,numeric) pg_lsn
`;
