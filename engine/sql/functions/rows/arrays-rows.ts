/** Rows of pg_proc: see FunctionFamily. */
export const arrayRows = `
378 array_append(anycompatiblearray,anycompatible) anycompatiblearray lax
379 array_prepend(anycompatible,anycompatiblearray) anycompatiblearray lax
383 array_cat(anycompatiblearray,anycompatiblearray) anycompatiblearray lax
384 array_to_string(anyarray,text,text) text stable lax code=array_to_text_null
395 array_to_string(anyarray,text) text stable code=array_to_text
747 array_dims(anyarray) text
748 array_ndims(anyarray) int4
1191 generate_subscripts(anyarray,int4,bool) int4 set
1192 generate_subscripts(anyarray,int4) int4 set code=generate_subscripts_nodir
1193 array_fill(anyelement,_int4) anyarray lax
1286 array_fill(anyelement,_int4,_int4) anyarray lax code=array_fill_with_lower_bounds
2091 array_lower(anyarray,int4) int4
2092 array_upper(anyarray,int4) int4
2176 array_length(anyarray,int4) int4
2331 unnest(anyarray) anyelement set code=array_unnest
2747 arrayoverlap(anyarray,anyarray) bool
2748 arraycontains(anyarray,anyarray) bool
2749 arraycontained(anyarray,anyarray) bool
3167 array_remove(anycompatiblearray,anycompatible) anycompatiblearray lax
3168 array_replace(anycompatiblearray,anycompatible,anycompatible) anycompatiblearray lax
3179 cardinality(anyarray) int4 code=array_cardinality
3277 array_position(anycompatiblearray,anycompatible) int4 lax
3278 array_position(anycompatiblearray,anycompatible,int4) int4 lax code=array_position_start
3279 array_positions(anycompatiblearray,anycompatible) _int4 lax
6172 trim_array(anyarray,int4) anyarray
`;
