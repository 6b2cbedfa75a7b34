/** Rows of pg_proc of the functions that look into the engine: see FunctionFamily. */
export const systemRows = `
1181 age(xid) int4 stable
1215 obj_description(oid,name) text stable
1216 col_description(oid,int4) text stable
1264 pg_char_to_encoding(name) int4 stable
1387 pg_get_constraintdef(oid) text stable
1642 pg_get_userbyid(oid) name stable
1643 pg_get_indexdef(oid) text stable
1716 pg_get_expr(pg_node_tree,oid) text stable
810 pg_client_encoding() name stable
1993 shobj_description(oid,name) text stable
2026 pg_backend_pid() int4 stable
2034 pg_conf_load_time() timestamptz stable code=pg_postmaster_start_time
2077 current_setting(text) text stable
2078 set_config(text,text,bool) text volatile lax
2079 pg_table_is_visible(oid) bool stable
2080 pg_type_is_visible(oid) bool stable
2081 pg_function_is_visible(oid) bool stable code=pg_type_is_visible
2082 pg_operator_is_visible(oid) bool stable code=pg_type_is_visible
2096 pg_terminate_backend(int4,int8) bool volatile defaults=0
2171 pg_cancel_backend(int4) bool volatile
2232 pg_get_function_identity_arguments(oid) text stable code=no_text
2322 pg_tablespace_size(oid) int8 volatile code=no_size
2324 pg_database_size(oid) int8 volatile code=no_size
2325 pg_relation_size(regclass) int8 volatile
2332 pg_relation_size(regclass,text) int8 volatile
2286 pg_total_relation_size(regclass) int8 volatile
2288 pg_size_pretty(int8) text
2505 pg_get_viewdef(oid,bool) text stable code=no_text
2508 pg_get_constraintdef(oid,bool) text stable
2509 pg_get_expr(pg_node_tree,oid,bool) text stable
2507 pg_get_indexdef(oid,int4,bool) text stable
2560 pg_postmaster_start_time() timestamptz stable
2561 pg_blocking_pids(int4) _int4 volatile
2621 pg_reload_conf() bool volatile
2626 pg_sleep(float8) void volatile
2848 pg_switch_wal() pg_lsn volatile
2849 pg_current_wal_lsn() pg_lsn volatile
2851 pg_walfile_name(pg_lsn) text
2852 pg_current_wal_insert_lsn() pg_lsn volatile
2854 pg_my_temp_schema() oid stable
2855 pg_is_other_temp_schema(oid) bool stable
2943 txid_current() int8 stable code=pg_current_xact_id
2944 txid_current_snapshot() txid_snapshot stable code=pg_current_snapshot
2945 txid_snapshot_xmin(txid_snapshot) int8 code=pg_snapshot_xmin
2946 txid_snapshot_xmax(txid_snapshot) int8 code=pg_snapshot_xmax
2947 txid_snapshot_xip(txid_snapshot) int8 set code=pg_snapshot_xip
2948 txid_visible_in_snapshot(int8,txid_snapshot) bool code=pg_visible_in_snapshot
2997 pg_table_size(regclass) int8 volatile
2998 pg_indexes_size(regclass) int8 volatile
2999 pg_relation_filenode(regclass) oid stable
3034 pg_relation_filepath(regclass) text stable
3165 pg_wal_lsn_diff(pg_lsn,pg_lsn) numeric
3294 current_setting(text,bool) text stable
3330 pg_current_wal_flush_lsn() pg_lsn volatile
3348 txid_current_if_assigned() int8 stable code=pg_current_xact_id_if_assigned
3352 pg_get_partkeydef(oid) text stable code=no_text
3360 txid_status(int8) text volatile code=pg_xact_status
3403 pg_statistics_obj_is_visible(oid) bool stable code=pg_type_is_visible
3493 to_regtype(text) regtype stable
3495 to_regclass(text) regclass stable
3778 pg_tablespace_location(oid) text stable
3810 pg_is_in_recovery() bool volatile
3815 pg_collation_is_visible(oid) bool stable code=pg_type_is_visible
3939 mxid_age(xid) int4 stable
5059 pg_current_xact_id() xid8 stable
5060 pg_current_xact_id_if_assigned() xid8 stable
5061 pg_current_snapshot() pg_snapshot stable
5062 pg_snapshot_xmin(pg_snapshot) xid8
5063 pg_snapshot_xmax(pg_snapshot) xid8
5064 pg_snapshot_xip(pg_snapshot) xid8 set
5065 pg_visible_in_snapshot(xid8,pg_snapshot) bool
5066 pg_xact_status(xid8) text volatile
6174 pg_get_statisticsobjdef_columns(oid) text stable code=no_text
6121 pg_relation_is_publishable(regclass) bool stable
15901 bt_index_check(regclass) void volatile
15902 bt_index_check(regclass,bool) void volatile
15903 bt_index_parent_check(regclass) void volatile
15904 bt_index_parent_check(regclass,bool) void volatile
15905 bt_index_parent_check(regclass,bool,bool) void volatile
`;
