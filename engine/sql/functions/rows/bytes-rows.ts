/** Rows of pg_proc: see FunctionFamily. */
export const byteaRows = `
720 octet_length(bytea) int4 code=byteaoctetlen
721 get_byte(bytea,int4) int4 code=byteaGetByte
722 set_byte(bytea,int4,int4) bytea code=byteaSetByte
723 get_bit(bytea,int8) int4 code=byteaGetBit
724 set_bit(bytea,int8,int4) bytea code=byteaSetBit
749 overlay(bytea,bytea,int4,int4) bytea code=byteaoverlay
752 overlay(bytea,bytea,int4) bytea code=byteaoverlay_no_len
1810 bit_length(bytea) int4 code=bitLengthOfBytes
1946 encode(bytea,text) text code=binary_encode
1947 decode(text,text) bytea code=binary_decode
2010 length(bytea) int4 code=byteaoctetlen
2011 byteacat(bytea,bytea) bytea
2012 substring(bytea,int4,int4) bytea code=bytea_substr
2013 substring(bytea,int4) bytea code=bytea_substr_no_len
2014 position(bytea,bytea) int4 code=byteapos
2015 btrim(bytea,bytea) bytea code=byteatrim
2085 substr(bytea,int4,int4) bytea code=bytea_substr
2086 substr(bytea,int4) bytea code=bytea_substr_no_len
3419 sha224(bytea) bytea code=sha224_bytea
3420 sha256(bytea) bytea code=sha256_bytea
3421 sha384(bytea) bytea code=sha384_bytea
3422 sha512(bytea) bytea code=sha512_bytea
6163 bit_count(bytea) int8 code=bytea_bit_count
6195 ltrim(bytea,bytea) bytea code=bytealtrim
6196 rtrim(bytea,bytea) bytea code=byteartrim
`;
