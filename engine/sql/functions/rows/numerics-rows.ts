/** Rows of pg_proc: see FunctionFamily. */
export const numericRows = `
1376 factorial(int8) numeric code=numeric_fac
1481 log10(numeric) numeric code=decimalLogarithm
1704 numeric_abs(numeric) numeric
1705 abs(numeric) numeric code=numeric_abs
1706 sign(numeric) numeric code=numeric_sign
1707 round(numeric,int4) numeric code=numeric_round
1708 round(numeric) numeric code=roundToInteger
1709 trunc(numeric,int4) numeric code=numeric_trunc
1710 trunc(numeric) numeric code=truncToInteger
1711 ceil(numeric) numeric code=numeric_ceil
1712 floor(numeric) numeric code=numeric_floor
1724 numeric_add(numeric,numeric) numeric
1725 numeric_sub(numeric,numeric) numeric
1726 numeric_mul(numeric,numeric) numeric
1727 numeric_div(numeric,numeric) numeric
1728 mod(numeric,numeric) numeric code=numeric_mod
1729 numeric_mod(numeric,numeric) numeric
1730 sqrt(numeric) numeric code=numeric_sqrt
1731 numeric_sqrt(numeric) numeric
1732 exp(numeric) numeric code=numeric_exp
1733 numeric_exp(numeric) numeric
1734 ln(numeric) numeric code=numeric_ln
1735 numeric_ln(numeric) numeric
1736 log(numeric,numeric) numeric code=numeric_log
1737 numeric_log(numeric,numeric) numeric
1738 pow(numeric,numeric) numeric code=numeric_power
1739 numeric_power(numeric,numeric) numeric
1741 log(numeric) numeric code=decimalLogarithm
1764 numeric_inc(numeric) numeric
1771 numeric_uminus(numeric) numeric
1915 numeric_uplus(numeric) numeric
1973 div(numeric,numeric) numeric code=numeric_div_trunc
1980 numeric_div_trunc(numeric,numeric) numeric
2167 ceiling(numeric) numeric code=numeric_ceil
2169 power(numeric,numeric) numeric code=numeric_power
2170 width_bucket(numeric,numeric,numeric,int4) int4 code=width_bucket_numeric
3281 scale(numeric) int4 code=numeric_scale
5042 min_scale(numeric) int4 code=numeric_min_scale
5043 trim_scale(numeric) numeric code=numeric_trim_scale
5048 gcd(numeric,numeric) numeric code=numeric_gcd
5049 lcm(numeric,numeric) numeric code=numeric_lcm
`;
