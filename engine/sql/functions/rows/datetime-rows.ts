/** Rows of pg_proc: see FunctionFamily. */
export const datetimeRows = `
1026 timezone(interval,timestamptz) timestamp code=timestamptz_izone
1140 date_mi(date,date) int4
1141 date_pli(date,int4) date
1142 date_mii(date,int4) date
1158 to_timestamp(float8) timestamptz code=float8_timestamptz
1159 timezone(text,timestamptz) timestamp code=timestamptz_zone
1168 interval_um(interval) interval
1169 interval_pl(interval,interval) interval
1170 interval_mi(interval,interval) interval
1174 timestamptz(date) timestamptz stable code=date_timestamptz
1175 justify_hours(interval) interval code=interval_justify_hours
1176 timestamptz(date,time) timestamptz stable code=dateAndTimeToMoment
1178 date(timestamptz) date stable code=timestamptz_date
1188 timestamptz_mi(timestamptz,timestamptz) interval code=timestamp_mi
1189 timestamptz_pl_interval(timestamptz,interval) timestamptz stable
1190 timestamptz_mi_interval(timestamptz,interval) timestamptz stable
1199 age(timestamptz,timestamptz) interval code=timestamptz_age
1200 interval(interval,int4) interval code=interval_scale
1217 date_trunc(text,timestamptz) timestamptz stable code=timestamptz_trunc
1218 date_trunc(text,interval) interval code=interval_trunc
1272 datetime_pl(date,time) timestamp code=datetime_timestamp
1284 date_trunc(text,timestamptz,text) timestamptz stable code=timestamptz_trunc_zone
1295 justify_days(interval) interval code=interval_justify_days
1296 timedate_pl(time,date) timestamp
1304 overlaps(timestamptz,timestamptz,timestamptz,timestamptz) bool lax code=overlaps_timestamp
1308 overlaps(time,time,time,time) bool lax code=overlaps_time
1316 time(timestamp) time code=timestamp_time
1326 interval_div(interval,float8) interval
1370 interval(time) interval code=time_interval
1373 isfinite(date) bool code=date_finite
1386 age(timestamptz) interval stable code=ageOfTimestamptz
1389 isfinite(timestamptz) bool code=timestamp_finite
1390 isfinite(interval) bool code=interval_finite
1419 time(interval) time code=interval_time
1618 interval_mul(interval,float8) interval
1624 mul_d_interval(float8,interval) interval
1690 time_mi_time(time,time) interval
1747 time_pl_interval(time,interval) time
1748 time_mi_interval(time,interval) time
1848 interval_pl_time(interval,time) time
1961 timestamp(timestamp,int4) timestamp code=timestamp_scale
1967 timestamptz(timestamptz,int4) timestamptz code=timestamptz_scale
1968 time(time,int4) time code=time_scale
2019 time(timestamptz) time stable code=timestamptz_time
2020 date_trunc(text,timestamp) timestamp code=timestamp_trunc
2024 timestamp(date) timestamp code=date_timestamp
2025 timestamp(date,time) timestamp code=datetime_timestamp
2027 timestamp(timestamptz) timestamp stable code=timestamptz_timestamp
2028 timestamptz(timestamp) timestamptz stable code=timestamp_timestamptz
2029 date(timestamp) date code=timestamp_date
2031 timestamp_mi(timestamp,timestamp) interval
2032 timestamp_pl_interval(timestamp,interval) timestamp
2033 timestamp_mi_interval(timestamp,interval) timestamp
2041 overlaps(timestamp,timestamp,timestamp,timestamp) bool lax code=overlaps_timestamp
2048 isfinite(timestamp) bool code=timestamp_finite
2058 age(timestamp,timestamp) interval code=timestamp_age
2059 age(timestamp) interval stable code=ageOfTimestamp
2069 timezone(text,timestamp) timestamptz code=timestamp_zone
2070 timezone(interval,timestamp) timestamptz code=timestamp_izone
2071 date_pl_interval(date,interval) timestamp
2072 date_mi_interval(date,interval) timestamp
2338 date_lt_timestamp(date,timestamp) bool
2339 date_le_timestamp(date,timestamp) bool
2340 date_eq_timestamp(date,timestamp) bool
2341 date_gt_timestamp(date,timestamp) bool
2342 date_ge_timestamp(date,timestamp) bool
2343 date_ne_timestamp(date,timestamp) bool
2351 date_lt_timestamptz(date,timestamptz) bool stable
2352 date_le_timestamptz(date,timestamptz) bool stable
2353 date_eq_timestamptz(date,timestamptz) bool stable
2354 date_gt_timestamptz(date,timestamptz) bool stable
2355 date_ge_timestamptz(date,timestamptz) bool stable
2356 date_ne_timestamptz(date,timestamptz) bool stable
2364 timestamp_lt_date(timestamp,date) bool
2365 timestamp_le_date(timestamp,date) bool
2366 timestamp_eq_date(timestamp,date) bool
2367 timestamp_gt_date(timestamp,date) bool
2368 timestamp_ge_date(timestamp,date) bool
2369 timestamp_ne_date(timestamp,date) bool
2377 timestamptz_lt_date(timestamptz,date) bool stable
2378 timestamptz_le_date(timestamptz,date) bool stable
2379 timestamptz_eq_date(timestamptz,date) bool stable
2380 timestamptz_gt_date(timestamptz,date) bool stable
2381 timestamptz_ge_date(timestamptz,date) bool stable
2382 timestamptz_ne_date(timestamptz,date) bool stable
2520 timestamp_lt_timestamptz(timestamp,timestamptz) bool stable
2521 timestamp_le_timestamptz(timestamp,timestamptz) bool stable
2522 timestamp_eq_timestamptz(timestamp,timestamptz) bool stable
2523 timestamp_gt_timestamptz(timestamp,timestamptz) bool stable
2524 timestamp_ge_timestamptz(timestamp,timestamptz) bool stable
2525 timestamp_ne_timestamptz(timestamp,timestamptz) bool stable
2527 timestamptz_lt_timestamp(timestamptz,timestamp) bool stable
2528 timestamptz_le_timestamp(timestamptz,timestamp) bool stable
2529 timestamptz_eq_timestamp(timestamptz,timestamp) bool stable
2530 timestamptz_gt_timestamp(timestamptz,timestamp) bool stable
2531 timestamptz_ge_timestamp(timestamptz,timestamp) bool stable
2532 timestamptz_ne_timestamp(timestamptz,timestamp) bool stable
2546 interval_pl_date(interval,date) timestamp
2548 interval_pl_timestamp(interval,timestamp) timestamp
2549 interval_pl_timestamptz(interval,timestamptz) timestamptz stable
2550 integer_pl_date(int4,date) date
2711 justify_interval(interval) interval code=interval_justify_interval
3461 make_timestamp(int4,int4,int4,int4,int4,float8) timestamp
3462 make_timestamptz(int4,int4,int4,int4,int4,float8) timestamptz stable
3463 make_timestamptz(int4,int4,int4,int4,int4,float8,text) timestamptz stable code=make_timestamptz_at_timezone
3464 make_interval(int4,int4,int4,int4,int4,int4,float8) interval defaults=0,0,0,0,0,0,0.0
3846 make_date(int4,int4,int4) date
3847 make_time(int4,int4,float8) time
6177 date_bin(interval,timestamp,timestamp) timestamp code=timestamp_bin
6178 date_bin(interval,timestamptz,timestamptz) timestamptz code=timestamptz_bin
`;
