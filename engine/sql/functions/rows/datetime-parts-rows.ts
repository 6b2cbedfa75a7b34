/** Rows of pg_proc: see FunctionFamily. */
export const datetimePartRows = `
1171 date_part(text,timestamptz) float8 stable code=timestamptz_part
1172 date_part(text,interval) float8 code=interval_part
1384 date_part(text,date) float8 code=datePart
1385 date_part(text,time) float8 code=time_part
2021 date_part(text,timestamp) float8 code=timestamp_part
6199 extract(text,date) numeric code=extract_date
6200 extract(text,time) numeric code=extract_time
6202 extract(text,timestamp) numeric code=extract_timestamp
6203 extract(text,timestamptz) numeric stable code=extract_timestamptz
6204 extract(text,interval) numeric code=extract_interval
`;
