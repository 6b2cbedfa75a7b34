/** Rows of pg_proc: see FunctionFamily. */
export const setRows = `
938 generate_series(timestamp,timestamp,interval) timestamp set code=generate_series_timestamp
939 generate_series(timestamptz,timestamptz,interval) timestamptz stable set code=generate_series_timestamptz
1066 generate_series(int4,int4,int4) int4 set code=generate_series_step_int4
1067 generate_series(int4,int4) int4 set code=generate_series_int4
1068 generate_series(int8,int8,int8) int8 set code=generate_series_step_int8
1069 generate_series(int8,int8) int8 set code=generate_series_int8
3259 generate_series(numeric,numeric,numeric) numeric set code=generate_series_step_numeric
3260 generate_series(numeric,numeric) numeric set code=generate_series_numeric
`;
