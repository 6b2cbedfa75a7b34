/** Rows of pg_proc: see FunctionFamily. */
export const integerRows = `
141 int4mul(int4,int4) int4
152 int2mul(int2,int2) int2
153 int2div(int2,int2) int2
154 int4div(int4,int4) int4
155 int2mod(int2,int2) int2
156 int4mod(int4,int4) int4
170 int24mul(int2,int4) int4
171 int42mul(int4,int2) int4
172 int24div(int2,int4) int4
173 int42div(int4,int2) int4
176 int2pl(int2,int2) int2
177 int4pl(int4,int4) int4
178 int24pl(int2,int4) int4
179 int42pl(int4,int2) int4
180 int2mi(int2,int2) int2
181 int4mi(int4,int4) int4
182 int24mi(int2,int4) int4
183 int42mi(int4,int2) int4
212 int4um(int4) int4
213 int2um(int2) int2
462 int8um(int8) int8
463 int8pl(int8,int8) int8
464 int8mi(int8,int8) int8
465 int8mul(int8,int8) int8
466 int8div(int8,int8) int8
837 int82pl(int8,int2) int8
838 int82mi(int8,int2) int8
839 int82mul(int8,int2) int8
840 int82div(int8,int2) int8
841 int28pl(int2,int8) int8
940 mod(int2,int2) int2 code=int2mod
941 mod(int4,int4) int4 code=int4mod
942 int28mi(int2,int8) int8
943 int28mul(int2,int8) int8
945 int8mod(int8,int8) int8
947 mod(int8,int8) int8 code=int8mod
948 int28div(int2,int8) int8
1219 int8inc(int8) int8
1230 int8abs(int8) int8
1251 int4abs(int4) int4
1253 int2abs(int2) int2
1274 int84pl(int8,int4) int8
1275 int84mi(int8,int4) int8
1276 int84mul(int8,int4) int8
1277 int84div(int8,int4) int8
1278 int48pl(int4,int8) int8
1279 int48mi(int4,int8) int8
1280 int48mul(int4,int8) int8
1281 int48div(int4,int8) int8
1396 abs(int8) int8 code=int8abs
1397 abs(int4) int4 code=int4abs
1398 abs(int2) int2 code=int2abs
1892 int2and(int2,int2) int2
1893 int2or(int2,int2) int2
1894 int2xor(int2,int2) int2
1895 int2not(int2) int2
1896 int2shl(int2,int4) int2
1897 int2shr(int2,int4) int2
1898 int4and(int4,int4) int4
1899 int4or(int4,int4) int4
1900 int4xor(int4,int4) int4
1901 int4not(int4) int4
1902 int4shl(int4,int4) int4
1903 int4shr(int4,int4) int4
1904 int8and(int8,int8) int8
1905 int8or(int8,int8) int8
1906 int8xor(int8,int8) int8
1907 int8not(int8) int8
1908 int8shl(int8,int4) int8
1909 int8shr(int8,int4) int8
1910 int8up(int8) int8
1911 int2up(int2) int2
1912 int4up(int4) int4
2089 to_hex(int4) text code=to_hex32
2090 to_hex(int8) text code=to_hex64
3546 int8dec(int8) int8
5044 gcd(int4,int4) int4 code=int4gcd
5045 gcd(int8,int8) int8 code=int8gcd
5046 lcm(int4,int4) int4 code=int4lcm
5047 lcm(int8,int8) int8 code=int8lcm
`;
