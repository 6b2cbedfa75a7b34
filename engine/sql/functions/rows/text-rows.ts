/** Rows of pg_proc: see FunctionFamily. */
export const textRows = `
376 string_to_array(text,text,text) _text lax code=text_to_array_null
394 string_to_array(text,text) _text lax code=text_to_array
438 num_nulls(any) int4 lax variadic=any code=pg_num_nulls
440 num_nonnulls(any) int4 lax variadic=any code=pg_num_nonnulls
849 position(text,text) int4 code=textpos
868 strpos(text,text) int4 code=textpos
870 lower(text) text
871 upper(text) text
872 initcap(text) text
873 lpad(text,int4,text) text
874 rpad(text,int4,text) text
875 ltrim(text,text) text
876 rtrim(text,text) text
877 substr(text,int4,int4) text code=text_substr
878 translate(text,text,text) text
879 lpad(text,int4) text code=lpadBlanks
880 rpad(text,int4) text code=rpadBlanks
881 ltrim(text) text code=ltrim1
883 substr(text,int4) text code=text_substr_no_len
884 btrim(text,text) text
885 btrim(text) text code=btrim1
936 substring(text,int4,int4) text code=text_substr
937 substring(text,int4) text code=text_substr_no_len
1257 textlen(text) int4
1258 textcat(text,text) text
1282 quote_ident(text) text
1283 quote_literal(text) text
1285 quote_literal(anyelement) text stable code=quoteAnyLiteral
1289 quote_nullable(text) text lax
1290 quote_nullable(anyelement) text stable lax code=quoteAnyNullable
1317 length(text) int4 code=textlen
1318 length(bpchar) int4 code=bpcharlen
1367 character_length(bpchar) int4 code=bpcharlen
1369 character_length(text) int4 code=textlen
1372 char_length(bpchar) int4 code=bpcharlen
1374 octet_length(text) int4 code=textoctetlen
1375 octet_length(bpchar) int4 code=bpcharoctetlen
1381 char_length(text) int4 code=textlen
1404 overlay(text,text,int4,int4) text code=textoverlay
1405 overlay(text,text,int4) text code=textoverlay_no_len
1620 ascii(text) int4
1621 chr(int4) text
1622 repeat(text,int4) text
1714 convert_from(bytea,name) text stable code=pg_convert_from
1717 convert_to(text,name) bytea stable code=pg_convert_to
1811 bit_length(text) int4 code=bitLengthOfText
2003 textanycat(text,anynonarray) text stable
2004 anytextcat(anynonarray,text) text stable
2087 replace(text,text,text) text code=replace_text
2088 split_part(text,text,int4) text
2311 md5(text) text code=md5_text
2321 md5(bytea) text code=md5_bytea
3058 concat(any) text stable lax variadic=any code=text_concat
3059 concat_ws(text,any) text stable lax variadic=any code=text_concat_ws
3060 left(text,int4) text code=text_left
3061 right(text,int4) text code=text_right
3062 reverse(text) text code=text_reverse
3539 format(text,any) text stable lax variadic=any code=text_format
3540 format(text) text stable lax code=text_format_nv
3696 starts_with(text,text) bool code=text_starts_with
6160 string_to_table(text,text) text lax set code=text_to_table
6161 string_to_table(text,text,text) text lax set code=text_to_table_null
`;
