/** Rows of pg_proc: see FunctionFamily. */
export const floatRows = `
202 float4mul(float4,float4) float4
203 float4div(float4,float4) float4
204 float4pl(float4,float4) float4
205 float4mi(float4,float4) float4
206 float4um(float4) float4
207 float4abs(float4) float4
216 float8mul(float8,float8) float8
217 float8div(float8,float8) float8
218 float8pl(float8,float8) float8
219 float8mi(float8,float8) float8
220 float8um(float8) float8
221 float8abs(float8) float8
228 dround(float8) float8
229 dtrunc(float8) float8
230 dsqrt(float8) float8
231 dcbrt(float8) float8
232 dpow(float8,float8) float8
233 dexp(float8) float8
234 dlog1(float8) float8
279 float48mul(float4,float8) float8
280 float48div(float4,float8) float8
281 float48pl(float4,float8) float8
282 float48mi(float4,float8) float8
283 float84mul(float8,float4) float8
284 float84div(float8,float4) float8
285 float84pl(float8,float4) float8
286 float84mi(float8,float4) float8
1194 log10(float8) float8 code=dlog10
1339 dlog10(float8) float8
1340 log(float8) float8 code=dlog10
1341 ln(float8) float8 code=dlog1
1342 round(float8) float8 code=dround
1343 trunc(float8) float8 code=dtrunc
1344 sqrt(float8) float8 code=dsqrt
1345 cbrt(float8) float8 code=dcbrt
1346 pow(float8,float8) float8 code=dpow
1347 exp(float8) float8 code=dexp
1368 power(float8,float8) float8 code=dpow
1394 abs(float4) float4 code=float4abs
1395 abs(float8) float8 code=float8abs
1598 random() float8 volatile code=drandom
1600 asin(float8) float8 code=dasin
1601 acos(float8) float8 code=dacos
1602 atan(float8) float8 code=datan
1603 atan2(float8,float8) float8 code=datan2
1604 sin(float8) float8 code=dsin
1605 cos(float8) float8 code=dcos
1606 tan(float8) float8 code=dtan
1607 cot(float8) float8 code=dcot
1608 degrees(float8) float8
1609 radians(float8) float8
1610 pi() float8 code=dpi
1913 float4up(float4) float4
1914 float8up(float8) float8
2308 ceil(float8) float8 code=dceil
2309 floor(float8) float8 code=dfloor
2310 sign(float8) float8 code=dsign
2320 ceiling(float8) float8 code=dceil
2462 sinh(float8) float8 code=dsinh
2463 cosh(float8) float8 code=dcosh
2464 tanh(float8) float8 code=dtanh
2465 asinh(float8) float8 code=dasinh
2466 acosh(float8) float8 code=dacosh
2467 atanh(float8) float8 code=datanh
`;
