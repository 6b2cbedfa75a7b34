/** Rows of pg_proc: see FunctionFamily. */
export const regexRows = `
79 nameregexeq(name,text) bool
1238 texticregexeq(text,text) bool
1239 texticregexne(text,text) bool
1240 nameicregexeq(name,text) bool
1241 nameicregexne(name,text) bool
1252 nameregexne(name,text) bool
1254 textregexeq(text,text) bool
1256 textregexne(text,text) bool
1656 bpcharicregexeq(bpchar,text) bool code=texticregexeq
1657 bpcharicregexne(bpchar,text) bool code=texticregexne
1658 bpcharregexeq(bpchar,text) bool code=textregexeq
1659 bpcharregexne(bpchar,text) bool code=textregexne
2073 substring(text,text) text code=textregexsubstr
2284 regexp_replace(text,text,text) text code=textregexreplace_noopt
2285 regexp_replace(text,text,text,text) text code=textregexreplace
2763 regexp_matches(text,text) _text set code=regexp_matches_no_flags
2764 regexp_matches(text,text,text) _text set
2765 regexp_split_to_table(text,text) text set code=regexp_split_to_table_no_flags
2766 regexp_split_to_table(text,text,text) text set
2767 regexp_split_to_array(text,text) _text code=regexp_split_to_array_no_flags
2768 regexp_split_to_array(text,text,text) _text
3396 regexp_match(text,text) _text code=regexp_match_no_flags
3397 regexp_match(text,text,text) _text
6252 regexp_replace(text,text,text,int4,int4) text code=textregexreplace_extended_no_flags
6253 regexp_replace(text,text,text,int4) text code=textregexreplace_extended_no_n
6254 regexp_count(text,text) int4 code=regexp_count_no_start
6255 regexp_count(text,text,int4) int4 code=regexp_count_no_flags
6256 regexp_count(text,text,int4,text) int4
6257 regexp_instr(text,text) int4 code=regexp_instr_no_start
6258 regexp_instr(text,text,int4) int4 code=regexp_instr_no_n
6259 regexp_instr(text,text,int4,int4) int4 code=regexp_instr_no_endoption
6260 regexp_instr(text,text,int4,int4,int4) int4 code=regexp_instr_no_flags
6263 regexp_like(text,text) bool code=regexp_like_no_flags
6264 regexp_like(text,text,text) bool
6265 regexp_substr(text,text) text code=regexp_substr_no_start
6266 regexp_substr(text,text,int4) text code=regexp_substr_no_n
6267 regexp_substr(text,text,int4,int4) text code=regexp_substr_no_flags
`;
