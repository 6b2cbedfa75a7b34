/**
 * The system catalogs the engine has, with PostgreSQL 15's oids and columns: `oid name: column type, ...`, where `shared`
 * catalogs are one for all databases and `!` marks columns that are never null (catalog/pg_*.h).
 */
export const catalogColumns = `
1213 pg_tablespace shared: oid oid!, spcname name!, spcowner oid!, spcacl _aclitem, spcoptions _text
1247 pg_type: oid oid!, typname name!, typnamespace oid!, typowner oid!, typlen int2!, typbyval bool!, typtype char!,
  typcategory char!, typispreferred bool!, typisdefined bool!, typdelim char!, typrelid oid!, typsubscript regproc!,
  typelem oid!, typarray oid!, typinput regproc!, typoutput regproc!, typreceive regproc!, typsend regproc!,
  typmodin regproc!, typmodout regproc!, typanalyze regproc!, typalign char!, typstorage char!, typnotnull bool!,
  typbasetype oid!, typtypmod int4!, typndims int4!, typcollation oid!, typdefaultbin pg_node_tree, typdefault text,
  typacl _aclitem
1249 pg_attribute: attrelid oid!, attname name!, atttypid oid!, attstattarget int4!, attlen int2!, attnum int2!,
  attndims int4!, attcacheoff int4!, atttypmod int4!, attbyval bool!, attalign char!, attstorage char!,
  attcompression char!, attnotnull bool!, atthasdef bool!, atthasmissing bool!, attidentity char!,
  attgenerated char!, attisdropped bool!, attislocal bool!, attinhcount int4!, attcollation oid!, attacl _aclitem,
  attoptions _text, attfdwoptions _text, attmissingval anyarray
1255 pg_proc: oid oid!, proname name!, pronamespace oid!, proowner oid!, prolang oid!, procost float4!,
  prorows float4!, provariadic oid!, prosupport regproc!, prokind char!, prosecdef bool!, proleakproof bool!,
  proisstrict bool!, proretset bool!, provolatile char!, proparallel char!, pronargs int2!, pronargdefaults int2!,
  prorettype oid!, proargtypes oidvector!, proallargtypes _oid, proargmodes _char, proargnames _text,
  proargdefaults pg_node_tree, protrftypes _oid, prosrc text!, probin text, prosqlbody pg_node_tree, proconfig _text,
  proacl _aclitem
1259 pg_class: oid oid!, relname name!, relnamespace oid!, reltype oid!, reloftype oid!, relowner oid!, relam oid!,
  relfilenode oid!, reltablespace oid!, relpages int4!, reltuples float4!, relallvisible int4!, reltoastrelid oid!,
  relhasindex bool!, relisshared bool!, relpersistence char!, relkind char!, relnatts int2!, relchecks int2!,
  relhasrules bool!, relhastriggers bool!, relhassubclass bool!, relrowsecurity bool!, relforcerowsecurity bool!,
  relispopulated bool!, relreplident char!, relispartition bool!, relrewrite oid!, relfrozenxid xid!,
  relminmxid xid!, relacl _aclitem, reloptions _text, relpartbound pg_node_tree
1260 pg_authid shared: oid oid!, rolname name!, rolsuper bool!, rolinherit bool!, rolcreaterole bool!,
  rolcreatedb bool!, rolcanlogin bool!, rolreplication bool!, rolbypassrls bool!, rolconnlimit int4!,
  rolpassword text, rolvaliduntil timestamptz
1261 pg_auth_members shared: roleid oid!, member oid!, grantor oid!, admin_option bool!
1262 pg_database shared: oid oid!, datname name!, datdba oid!, encoding int4!, datlocprovider char!,
  datistemplate bool!, datallowconn bool!, datconnlimit int4!, datfrozenxid xid!, datminmxid xid!,
  dattablespace oid!, datcollate text!, datctype text!, daticulocale text, datcollversion text, datacl _aclitem
1417 pg_foreign_server: oid oid!, srvname name!, srvowner oid!, srvfdw oid!, srvtype text, srvversion text,
  srvacl _aclitem, srvoptions _text
2224 pg_sequence: seqrelid oid!, seqtypid oid!, seqstart int8!, seqincrement int8!, seqmax int8!, seqmin int8!,
  seqcache int8!, seqcycle bool!
2396 pg_shdescription shared: objoid oid!, classoid oid!, description text!
2601 pg_am: oid oid!, amname name!, amhandler regproc!, amtype char!
2602 pg_amop: oid oid!, amopfamily oid!, amoplefttype oid!, amoprighttype oid!, amopstrategy int2!,
  amoppurpose char!, amopopr oid!, amopmethod oid!, amopsortfamily oid!
2603 pg_amproc: oid oid!, amprocfamily oid!, amproclefttype oid!, amprocrighttype oid!, amprocnum int2!,
  amproc regproc!
2604 pg_attrdef: oid oid!, adrelid oid!, adnum int2!, adbin pg_node_tree!
2606 pg_constraint: oid oid!, conname name!, connamespace oid!, contype char!, condeferrable bool!,
  condeferred bool!, convalidated bool!, conrelid oid!, contypid oid!, conindid oid!, conparentid oid!,
  confrelid oid!, confupdtype char!, confdeltype char!, confmatchtype char!, conislocal bool!, coninhcount int4!,
  connoinherit bool!, conkey _int2, confkey _int2, conpfeqop _oid, conppeqop _oid, conffeqop _oid,
  confdelsetcols _int2, conexclop _oid, conbin pg_node_tree
2609 pg_description: objoid oid!, classoid oid!, objsubid int4!, description text!
2610 pg_index: indexrelid oid!, indrelid oid!, indnatts int2!, indnkeyatts int2!, indisunique bool!,
  indnullsnotdistinct bool!, indisprimary bool!, indisexclusion bool!, indimmediate bool!, indisclustered bool!,
  indisvalid bool!, indcheckxmin bool!, indisready bool!, indislive bool!, indisreplident bool!, indkey int2vector!,
  indcollation oidvector!, indclass oidvector!, indoption int2vector!, indexprs pg_node_tree, indpred pg_node_tree
2611 pg_inherits: inhrelid oid!, inhparent oid!, inhseqno int4!, inhdetachpending bool!
2612 pg_language: oid oid!, lanname name!, lanowner oid!, lanispl bool!, lanpltrusted bool!, lanplcallfoid oid!,
  laninline oid!, lanvalidator oid!, lanacl _aclitem
2615 pg_namespace: oid oid!, nspname name!, nspowner oid!, nspacl _aclitem
2616 pg_opclass: oid oid!, opcmethod oid!, opcname name!, opcnamespace oid!, opcowner oid!, opcfamily oid!,
  opcintype oid!, opcdefault bool!, opckeytype oid!
2618 pg_rewrite: oid oid!, rulename name!, ev_class oid!, ev_type char!, ev_enabled char!, is_instead bool!,
  ev_qual pg_node_tree!, ev_action pg_node_tree!
2620 pg_trigger: oid oid!, tgrelid oid!, tgparentid oid!, tgname name!, tgfoid oid!, tgtype int2!, tgenabled char!,
  tgisinternal bool!, tgconstrrelid oid!, tgconstrindid oid!, tgconstraint oid!, tgdeferrable bool!,
  tginitdeferred bool!, tgnargs int2!, tgattr int2vector!, tgargs bytea!, tgqual pg_node_tree, tgoldtable name,
  tgnewtable name
2753 pg_opfamily: oid oid!, opfmethod oid!, opfname name!, opfnamespace oid!, opfowner oid!
3079 pg_extension: oid oid!, extname name!, extowner oid!, extnamespace oid!, extrelocatable bool!, extversion text!,
  extconfig _oid, extcondition _text
3118 pg_foreign_table: ftrelid oid!, ftserver oid!, ftoptions _text
3256 pg_policy: oid oid!, polname name!, polrelid oid!, polcmd char!, polpermissive bool!, polroles _oid!,
  polqual pg_node_tree, polwithcheck pg_node_tree
3350 pg_partitioned_table: partrelid oid!, partstrat char!, partnatts int2!, partdefid oid!, partattrs int2vector!,
  partclass oidvector!, partcollation oidvector!, partexprs pg_node_tree
3381 pg_statistic_ext: oid oid!, stxrelid oid!, stxname name!, stxnamespace oid!, stxowner oid!, stxstattarget int4!,
  stxkeys int2vector!, stxkind _char!, stxexprs pg_node_tree
3456 pg_collation: oid oid!, collname name!, collnamespace oid!, collowner oid!, collprovider char!,
  collisdeterministic bool!, collencoding int4!, collcollate text, collctype text, colliculocale text,
  collversion text
3501 pg_enum: oid oid!, enumtypid oid!, enumsortorder float4!, enumlabel name!
3541 pg_range: rngtypid oid!, rngsubtype oid!, rngmultitypid oid!, rngcollation oid!, rngsubopc oid!,
  rngcanonical regproc!, rngsubdiff regproc!
6104 pg_publication: oid oid!, pubname name!, pubowner oid!, puballtables bool!, pubinsert bool!, pubupdate bool!,
  pubdelete bool!, pubtruncate bool!, pubviaroot bool!
6106 pg_publication_rel: oid oid!, prpubid oid!, prrelid oid!, prqual pg_node_tree, prattrs int2vector
6237 pg_publication_namespace: oid oid!, pnpubid oid!, pnnspid oid!
`;
