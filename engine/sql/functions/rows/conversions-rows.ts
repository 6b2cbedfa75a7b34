/** Rows of pg_proc: see FunctionFamily. */
export const conversionRows = `
77 int4(char) int4 code=chartoi4
78 char(int4) char code=i4tochar
235 float8(int2) float8 code=i2tod
236 float4(int2) float4 code=i2tof
237 int2(float8) int2 code=dtoi2
238 int2(float4) int2 code=ftoi2
311 float8(float4) float8 code=ftod
312 float4(float8) float4 code=dtof
313 int4(int2) int4 code=i2toi4
314 int2(int4) int2 code=i4toi2
316 float8(int4) float8 code=i4tod
317 int4(float8) int4 code=dtoi4
318 float4(int4) float4 code=i4tof
319 int4(float4) int4 code=ftoi4
401 text(bpchar) text code=rtrim1
406 text(name) text code=name_text
407 name(text) name code=text_name
408 bpchar(name) bpchar code=name_bpchar
409 name(bpchar) name code=bpchar_name
480 int4(int8) int4 code=int84
481 int8(int4) int8 code=int48
482 float8(int8) float8 code=i8tod
483 int8(float8) int8 code=dtoi8
652 float4(int8) float4 code=i8tof
653 int8(float4) int8 code=ftoi8
668 bpchar(bpchar,int4,bool) bpchar
669 varchar(varchar,int4,bool) varchar
714 int2(int8) int2 code=int82
754 int8(int2) int8 code=int28
860 bpchar(char) bpchar code=char_bpchar
882 rtrim(text) text code=rtrim1
944 char(text) char code=text_char
946 text(char) text code=char_text
1079 regclass(text) regclass stable code=text_regclass
1287 oid(int8) oid code=i8tooid
1288 int8(oid) int8 code=oidtoi8
1400 name(varchar) name code=text_name
1401 varchar(name) varchar code=name_text
1703 numeric(numeric,int4) numeric
1740 numeric(int4) numeric code=int4_numeric
1742 numeric(float4) numeric code=float4_numeric
1743 numeric(float8) numeric code=float8_numeric
1744 int4(numeric) int4 code=numeric_int4
1745 float4(numeric) float4 code=numeric_float4
1746 float8(numeric) float8 code=numeric_float8
1779 int8(numeric) int8 code=numeric_int8
1781 numeric(int8) numeric code=int8_numeric
1782 numeric(int2) numeric code=int2_numeric
1783 int2(numeric) int2 code=numeric_int2
2557 bool(int4) bool code=int4_bool
2558 int4(bool) int4 code=bool_int4
2971 text(bool) text code=booltext
5071 xid(xid8) xid code=xid8toxid
`;
