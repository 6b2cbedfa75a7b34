import type { Case } from './case.js';

/** COPY in all formats: answers, and contexts of errors, are PostgreSQL 15's. */
export const copyCases: readonly Case[] = [
  [`create table c(a int, b text, d numeric(6,2) default 7)`, `CREATE TABLE`],
  [`copy c from stdin`, `COPY 3`, `1\tone\t1.5\n2\ttwo\t\\N\n\\N\t\\N\t3\n`],
  [`copy c from stdin`, `COPY 1`, `4\tno newline at the end\t1`],
  [`copy c from stdin`, `COPY 2`, `5\tsplit `, `over pie`, `ces\t1\n6`, `\tx\t2\n`],
  [`copy c(b, a) from stdin`, `COPY 1`, `seven\t7\n`],
  [`copy c from stdin`, `COPY 1`, `8\ta\\tb\\\\c\\nd\\be\\ff\\rg\\vh\\x41\\101\\8\\q\t1\n`],
  [`copy c from stdin`, `COPY 1`, `9\tcaf\\xc3\\xa9 \\303\\251 é\t1\n`],
  [`copy c from stdin`, `COPY 1`, `10\twith \\\nnewline\t1\n`],
  [`copy c from stdin`, `COPY 2`, `11\tx\t1\r\n12\ty\t2\r\n`],
  [`copy c from stdin`, `COPY 2`, `13\tx\t1\r14\ty\t2\r`],
  [`copy c from stdin`, `COPY 1`, `15\tx\t1\n\\.\n16\tignored\t1\n`],
  [`copy c from stdin`, `COPY 2`, `17\tx\t1\n18\ty\t2\\.\n`],
  [`copy c from stdin`, `ERROR 22P04: end-of-copy marker corrupt CONTEXT COPY c, line 2`, `19\tx\t1\n\\.`],
  [`copy c from stdin`, `COPY 0`, `\\.\n`],
  [`copy c from stdin`, `COPY 0`, ``],
  [
    `copy c from stdin`,
    `ERROR 22P02: invalid input syntax for type integer: "" CONTEXT COPY c, line 1, column a: ""`,
    `\n`,
  ],
  [
    `copy c to stdout`,
    `1\tone\t1.50
2\ttwo\t\\N
\\N\t\\N\t3.00
4\tno newline at the end\t1.00
5\tsplit over pieces\t1.00
6\tx\t2.00
7\tseven\t7.00
8\ta\\tb\\\\c\\nd\\be\\ff\\rg\\vhAA8q\t1.00
9\tcafé é é\t1.00
10\twith \\nnewline\t1.00
11\tx\t1.00
12\ty\t2.00
13\tx\t1.00
14\ty\t2.00
15\tx\t1.00
17\tx\t1.00
18\ty\t2.00
COPY 17`,
  ],
  [
    `copy c(d,a) to stdout`,
    `1.50\t1
\\N\t2
3.00\t\\N
1.00\t4
1.00\t5
2.00\t6
7.00\t7
1.00\t8
1.00\t9
1.00\t10
1.00\t11
2.00\t12
1.00\t13
2.00\t14
1.00\t15
1.00\t17
2.00\t18
COPY 17`,
  ],
  [`copy c from stdin`, `ERROR 22P04: missing data for column "d" CONTEXT COPY c, line 1: "1\tx"`, `1\tx\n`],
  [
    `copy c from stdin`,
    `ERROR 22P04: extra data after last expected column CONTEXT COPY c, line 1: "1\tx\t1\t1"`,
    `1\tx\t1\t1\n`,
  ],
  [
    `copy c from stdin`,
    `ERROR 22P02: invalid input syntax for type integer: "x" CONTEXT COPY c, line 2, column a: "x"`,
    `1\tx\t1\nx\ty\t2\n`,
  ],
  [
    `copy c from stdin`,
    `ERROR 22003: numeric field overflow DETAIL A field with precision 6, scale 2 must round to an absolute value less than 10^4. CONTEXT COPY c, line 2, column d: "123456.2"`,
    `1\tx\t1\n1\ty\t123456.2\n`,
  ],
  [
    `copy c from stdin`,
    `ERROR 22003: value "99999999999" is out of range for type integer CONTEXT COPY c, line 1, column a: "99999999999"`,
    `99999999999\tx\t1\n`,
  ],
  [
    `copy c from stdin`,
    `ERROR 22P02: invalid input syntax for type integer: "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz" CONTEXT COPY c, line 1, column a: "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz..."`,
    `zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\tx\t1\n`,
  ],
  [
    `copy c from stdin`,
    `ERROR 22P02: invalid input syntax for type integer: "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé" CONTEXT COPY c, line 1, column a: "éééééééééééééééééééééééééééééééééééééééééééééééééé..."`,
    `éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé\tx\t1\n`,
  ],
  [
    `copy c from stdin`,
    `ERROR 22P04: missing data for column "d" CONTEXT COPY c, line 1: "1\tééééééééééééééééééééééééééééééééééééééééééééééééé..."`,
    `1\téééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé\n`,
  ],
  [
    `copy c from stdin`,
    `ERROR 22P04: literal newline found in data HINT Use "\\n" to represent newline. CONTEXT COPY c, line 2`,
    `1\tx\t1\r2\ty\t1\n3\tz\t1\n`,
  ],
  [
    `copy c from stdin`,
    `ERROR 22P04: literal carriage return found in data HINT Use "\\r" to represent carriage return. CONTEXT COPY c, line 2`,
    `1\tx\t1\n2\ty\t1\r3\tz\t1\n`,
  ],
  [
    `copy c from stdin`,
    `ERROR 22P04: literal carriage return found in data HINT Use "\\r" to represent carriage return. CONTEXT COPY c, line 2`,
    `1\tx\t1\r\n2\ty\t1\r3\tz\t1\r\n`,
  ],
  [
    `copy c from stdin`,
    `ERROR 22P04: literal newline found in data HINT Use "\\n" to represent newline. CONTEXT COPY c, line 2`,
    `1\tx\t1\r\n2\ty\t1\n3\tz\t1\r\n`,
  ],
  [
    `copy c from stdin`,
    `ERROR 22P04: end-of-copy marker does not match previous newline style CONTEXT COPY c, line 2`,
    `1\tx\t1\r\n\\.\n`,
  ],
  [`copy c from stdin`, `ERROR 22P04: end-of-copy marker corrupt CONTEXT COPY c, line 2`, `1\tx\t1\r\n\\.x\r\n`],
  [`copy c from stdin`, `ERROR 22P04: end-of-copy marker corrupt CONTEXT COPY c, line 1`, `1\tx\\.y\t1\n`],
  [
    `copy c from stdin`,
    `ERROR 22P04: end-of-copy marker does not match previous newline style CONTEXT COPY c, line 2`,
    `1\tx\t1\n\\.\r\n`,
  ],
  [
    `copy c from stdin`,
    `ERROR 22021: invalid byte sequence for encoding "UTF8": 0xff CONTEXT COPY c, line 2`,
    Buffer.from('31096f6b09310a320962ff6409310a', 'hex'),
  ],
  [
    `copy c from stdin`,
    `ERROR 22021: invalid byte sequence for encoding "UTF8": 0xe9 0xe9 0xe9 CONTEXT COPY c, line 2`,
    Buffer.from('31096f6b09310a320962e9e9e96409310a', 'hex'),
  ],
  [
    `copy c from stdin`,
    `ERROR 22021: invalid byte sequence for encoding "UTF8": 0x00 CONTEXT COPY c, line 2`,
    Buffer.from('31096f6b09310a320962006409310a', 'hex'),
  ],
  [
    `copy c from stdin`,
    `ERROR 22021: invalid byte sequence for encoding "UTF8": 0x00 CONTEXT COPY c, line 1: "1\tx\\000y\t1"`,
    `1\tx\\000y\t1\n`,
  ],
  [
    `copy c from stdin`,
    `ERROR 22021: invalid byte sequence for encoding "UTF8": 0xff CONTEXT COPY c, line 1: "1\tx\\xffy\t1"`,
    `1\tx\\xffy\t1\n`,
  ],
  [`copy c(a) from stdin`, `COPY 2`, `1\n2\n`],
  [`copy c(a, a) from stdin`, `ERROR 42701: column "a" specified more than once`],
  [`copy c(nope) from stdin`, `ERROR 42703: column "nope" of relation "c" does not exist`],
  [`copy nope from stdin`, `ERROR 42P01: relation "nope" does not exist`],
  [
    `copy pg_stat_activity from stdin`,
    `ERROR 42809: cannot copy to view "pg_stat_activity" HINT To enable copying to a view, provide an INSTEAD OF INSERT trigger.`,
  ],
  [
    `copy pg_stat_activity to stdout`,
    `ERROR 42809: cannot copy from view "pg_stat_activity" HINT Try the COPY (SELECT ...) TO variant.`,
  ],
  [
    `select count(*), sum(a), min(d) from c`,
    `count:bigint|sum:bigint|min:numeric
19|155|1.00
SELECT 1`,
  ],
  [`truncate c`, `TRUNCATE TABLE`],
  [`copy c from stdin csv`, `COPY 6`, `1,one,1.5\n2,"two, three",2\n3,"say ""hi""",3\n4,,4\n5,"",5\n6,a"b,c"d,6\n`],
  [`copy c from stdin csv`, `COPY 2`, `7,"line\nbreak",7\n8,"cr\r\nlf",8\n`],
  [`copy c from stdin (format csv, header)`, `COPY 1`, `a,b,d\n9,x,9\n`],
  [`copy c from stdin (format csv, header match)`, `COPY 1`, `a,b,d\n10,x,9\n`],
  [
    `copy c from stdin (format csv, header match)`,
    `ERROR 22P04: column name mismatch in header line field 2: got "x", expected "b" CONTEXT COPY c, line 1: "a,x,d"`,
    `a,x,d\n11,x,9\n`,
  ],
  [
    `copy c from stdin (format csv, header match)`,
    `ERROR 22P04: wrong number of fields in header line: got 2, expected 3 CONTEXT COPY c, line 1: "a,b"`,
    `a,b\n11,x,9\n`,
  ],
  [
    `copy c from stdin (format csv, header match)`,
    `ERROR 22P04: column name mismatch in header line field 2: got null value (""), expected "b" CONTEXT COPY c, line 1: "a,,d"`,
    `a,,d\n11,x,9\n`,
  ],
  [`copy c from stdin (header match)`, `COPY 1`, `a\tb\td\n12\tx\t9\n`],
  [
    `copy c from stdin (header match)`,
    `ERROR 22P04: column name mismatch in header line field 2: got null value ("\\N"), expected "b" CONTEXT COPY c, line 1: "a\t\\N\td"`,
    `a\t\\N\td\n12\tx\t9\n`,
  ],
  [`copy c from stdin (header)`, `COPY 0`, ``],
  [
    `copy c from stdin (format csv, delimiter ';', null 'NULL', quote '''', escape '!')`,
    `COPY 4`,
    `13;NULL;1\n14;'NULL';2\n15;'it!'s !! ! x';3\n16;a!b;4\n`,
  ],
  [`copy c from stdin (format csv, force_not_null (b))`, `COPY 2`, `17,,1\n18,"",2\n`],
  [`copy c from stdin (format csv, force_null (b))`, `COPY 2`, `19,,1\n20,"",2\n`],
  [`copy c from stdin (format csv, force_null (b), force_not_null (b), null 'x')`, `COPY 2`, `21,x,1\n22,"x",2\n`],
  [
    `copy c from stdin csv`,
    `ERROR 22P04: unterminated CSV quoted field CONTEXT COPY c, line 1: "23,"unterminated,1
"`,
    `23,"unterminated,1\n`,
  ],
  [
    `copy c from stdin csv`,
    `ERROR 22P04: unquoted carriage return found in data HINT Use quoted CSV field to represent carriage return. CONTEXT COPY c, line 2`,
    `23,x,1\n24,y,1\r\n`,
  ],
  [
    `copy c from stdin csv`,
    `ERROR 22P04: unquoted newline found in data HINT Use quoted CSV field to represent newline. CONTEXT COPY c, line 2`,
    `23,x,1\r\n24,y,1\n25,z,1\r\n`,
  ],
  [
    `copy c from stdin csv`,
    `ERROR 22P04: unquoted carriage return found in data HINT Use quoted CSV field to represent carriage return. CONTEXT COPY c, line 2`,
    `23,x,1\r\n24,y,1\r25,z,1\r\n`,
  ],
  [`copy c from stdin csv`, `COPY 1`, `23,\\.,1\n\\.\n24,x,1\n`],
  [`copy c(b) from stdin csv`, `COPY 2`, `\\.x\n"\\."\n\\.\nz\n`],
  [
    `copy c from stdin csv`,
    `ERROR 22P02: invalid input syntax for type integer: "x" CONTEXT COPY c, line 2, column a: "x"`,
    `1,"a\nb\nc",1\nx,y,2\n`,
  ],
  [`copy c from stdin csv`, `ERROR 22P04: missing data for column "d" CONTEXT COPY c, line 1: "1,x"`, `1,x\n`],
  [
    `copy c from stdin csv`,
    `ERROR 22P04: extra data after last expected column CONTEXT COPY c, line 1: "1,x,1,1"`,
    `1,x,1,1\n`,
  ],
  [
    `copy c to stdout csv`,
    `1,one,1.50
2,"two, three",2.00
3,"say ""hi""",3.00
4,,4.00
5,"",5.00
6,"ab,cd",6.00
7,"line
break",7.00
8,"cr\r
lf",8.00
9,x,9.00
10,x,9.00
12,x,9.00
13,,1.00
14,NULL,2.00
15,it's ! ! x,3.00
16,a!b,4.00
17,"",1.00
18,"",2.00
19,,1.00
20,,2.00
21,x,1.00
22,,2.00
23,\\.,1.00
,\\.x,7.00
,\\.,7.00
COPY 24`,
  ],
  [
    `copy c to stdout (format csv, header, force_quote *)`,
    `a,b,d
"1","one","1.50"
"2","two, three","2.00"
"3","say ""hi""","3.00"
"4",,"4.00"
"5","","5.00"
"6","ab,cd","6.00"
"7","line
break","7.00"
"8","cr\r
lf","8.00"
"9","x","9.00"
"10","x","9.00"
"12","x","9.00"
"13",,"1.00"
"14","NULL","2.00"
"15","it's ! ! x","3.00"
"16","a!b","4.00"
"17","","1.00"
"18","","2.00"
"19",,"1.00"
"20",,"2.00"
"21","x","1.00"
"22",,"2.00"
"23","\\.","1.00"
,"\\.x","7.00"
,"\\.","7.00"
COPY 24`,
  ],
  [
    `copy c to stdout (format csv, force_quote (a), null 'one')`,
    `"1","one",1.50
"2","two, three",2.00
"3","say ""hi""",3.00
"4",one,4.00
"5",,5.00
"6","ab,cd",6.00
"7","line
break",7.00
"8","cr\r
lf",8.00
"9",x,9.00
"10",x,9.00
"12",x,9.00
"13",one,1.00
"14",NULL,2.00
"15",it's ! ! x,3.00
"16",a!b,4.00
"17",,1.00
"18",,2.00
"19",one,1.00
"20",one,2.00
"21",x,1.00
"22",one,2.00
"23",\\.,1.00
one,\\.x,7.00
one,\\.,7.00
COPY 24`,
  ],
  [
    `copy c to stdout (header)`,
    `a\tb\td
1\tone\t1.50
2\ttwo, three\t2.00
3\tsay "hi"\t3.00
4\t\\N\t4.00
5\t\t5.00
6\tab,cd\t6.00
7\tline\\nbreak\t7.00
8\tcr\\r\\nlf\t8.00
9\tx\t9.00
10\tx\t9.00
12\tx\t9.00
13\t\\N\t1.00
14\tNULL\t2.00
15\tit's ! ! x\t3.00
16\ta!b\t4.00
17\t\t1.00
18\t\t2.00
19\t\\N\t1.00
20\t\\N\t2.00
21\tx\t1.00
22\t\\N\t2.00
23\t\\\\.\t1.00
\\N\t\\\\.x\t7.00
\\N\t\\\\.\t7.00
COPY 24`,
  ],
  [
    `copy (select * from (values (1,'a|b'),(2,null),(3,E'\\\\x')) v(a,b)) to stdout (delimiter '|', null '-')`,
    `1|a\\|b
2|-
3|\\\\x
COPY 3`,
  ],
  [
    `copy (values ('\\.'),('x'),('\\.y')) to stdout csv`,
    `"\\."
x
\\.y
COPY 3`,
  ],
  [
    `copy (values ('\\.','x')) to stdout csv`,
    `\\.,x
COPY 1`,
  ],
  [
    `copy (values (E'a\\b\\f\\n\\r\\t\\\\\\x01z')) to stdout`,
    `a\\b\\f\\n\\r\\t\\\\\x01z
COPY 1`,
  ],
  [
    `copy (values ('q''q','a!b','c')) to stdout (format csv, quote '''', escape '!')`,
    `'q!'q',a!b,c
COPY 1`,
  ],
  [
    `copy (values ('q$q','a!b','c')) to stdout (format csv, quote '!', escape '$')`,
    `q$q,!a$!b!,c
COPY 1`,
  ],
  [`copy (select 1 where false) to stdout`, `COPY 0`],
  [
    `copy (select 1 as "x y", 2 as b) to stdout (format csv, header)`,
    `x y,b
1,2
COPY 1`,
  ],
  [
    `copy (values (1, 'abc', null::int8, 2.5::float8)) to stdout (format binary)`,
    `5047434f50590aff0d0a0000000000000000000004000000040000000100000003616263ffffffff000000084004000000000000
ffff
COPY 1`,
  ],
  [`create table bin(a int, b text)`, `CREATE TABLE`],
  [
    `copy bin from stdin binary`,
    `COPY 2`,
    Buffer.from(
      '5047434f50590aff0d0a000000000000000000000200000004000000070000000378797a000200000004000000070000000378797affff',
      'hex',
    ),
  ],
  [
    `copy bin from stdin binary`,
    `COPY 1`,
    Buffer.from('5047434f50', 'hex'),
    Buffer.from('590aff0d0a000000000000000000', 'hex'),
    Buffer.from('000200000004000000', 'hex'),
    Buffer.from('070000000378797a', 'hex'),
    Buffer.from('ff', 'hex'),
    Buffer.from('ff', 'hex'),
  ],
  [
    `copy bin from stdin binary`,
    `COPY 1`,
    Buffer.from('5047434f50590aff0d0a000000000000000000000200000004000000070000000378797a', 'hex'),
  ],
  [
    `copy bin from stdin binary`,
    `ERROR 22P04: unexpected EOF in COPY data CONTEXT COPY bin, line 1, column b`,
    Buffer.from('5047434f50590aff0d0a000000000000000000000200000004000000070000', 'hex'),
  ],
  [
    `copy bin from stdin binary`,
    `ERROR 22P04: received copy data after EOF marker CONTEXT COPY bin, line 2`,
    Buffer.from(
      '5047434f50590aff0d0a000000000000000000000200000004000000070000000378797affff000200000004000000070000000378797a',
      'hex',
    ),
  ],
  [
    `copy bin from stdin binary`,
    `ERROR 22P04: COPY file signature not recognized`,
    Buffer.from('5047434f50585047434f50590aff0d0a000000000000000000', 'hex'),
  ],
  [
    `copy bin from stdin binary`,
    `ERROR 22P04: invalid COPY file header (missing flags)`,
    Buffer.from('5047434f50590aff0d0a000000', 'hex'),
  ],
  [
    `copy bin from stdin binary`,
    `ERROR 22P04: invalid COPY file header (missing length)`,
    Buffer.from('5047434f50590aff0d0a000000000000', 'hex'),
  ],
  [
    `copy bin from stdin binary`,
    `ERROR 22P04: invalid COPY file header (WITH OIDS)`,
    Buffer.from('5047434f50590aff0d0a000001000000000000', 'hex'),
  ],
  [
    `copy bin from stdin binary`,
    `ERROR 22P04: unrecognized critical flags in COPY file header`,
    Buffer.from('5047434f50590aff0d0a000002000000000000', 'hex'),
  ],
  [
    `copy bin from stdin binary`,
    `ERROR 22P04: invalid COPY file header (wrong length)`,
    Buffer.from('5047434f50590aff0d0a000000000000000005', 'hex'),
  ],
  [
    `copy bin from stdin binary`,
    `COPY 1`,
    Buffer.from('5047434f50590aff0d0a0000000000000000053132333435000200000004000000070000000378797affff', 'hex'),
  ],
  [
    `copy bin from stdin binary`,
    `ERROR 22P04: row field count is 1, expected 2 CONTEXT COPY bin, line 1`,
    Buffer.from('5047434f50590aff0d0a0000000000000000000001', 'hex'),
  ],
  [
    `copy bin from stdin binary`,
    `ERROR 08P01: insufficient data left in message CONTEXT COPY bin, line 1, column a`,
    Buffer.from('5047434f50590aff0d0a000000000000000000000200000002000100000000', 'hex'),
  ],
  [
    `copy bin from stdin binary`,
    `ERROR 22P03: incorrect binary data format CONTEXT COPY bin, line 1, column a`,
    Buffer.from('5047434f50590aff0d0a00000000000000000000020000000600000000000100000000', 'hex'),
  ],
  [
    `copy bin from stdin binary`,
    `ERROR 22P04: invalid field size CONTEXT COPY bin, line 2, column a`,
    Buffer.from('5047434f50590aff0d0a000000000000000000000200000004000000070000000378797a0002fffffffe', 'hex'),
  ],
  [
    `copy bin from stdin binary`,
    `COPY 1`,
    Buffer.from('5047434f50590aff0d0a0000000000000000000002ffffffffffffffffffff', 'hex'),
  ],
  [
    `copy bin to stdout`,
    `7\txyz
7\txyz
7\txyz
7\txyz
7\txyz
\\N\t\\N
COPY 6`,
  ],
  [`create table k(a int not null, b text check (b <> 'bad'), c int default 5, v varchar(3))`, `CREATE TABLE`],
  [`copy k(a,b) from stdin where a % 2 = 0`, `COPY 2`, `1\tx\n2\ty\n3\tz\n4\t\\N\n`],
  [
    `copy k(a,b) from stdin`,
    `ERROR 23502: null value in column "a" of relation "k" violates not-null constraint DETAIL Failing row contains (null, x, 5, null). CONTEXT COPY k, line 2: "\\N\tx"`,
    `1\tok\n\\N\tx\n`,
  ],
  [
    `copy k(a,b) from stdin`,
    `ERROR 23514: new row for relation "k" violates check constraint "k_b_check" DETAIL Failing row contains (2, bad, 5, null). CONTEXT COPY k, line 2: "2\tbad"`,
    `1\tok\n2\tbad\n`,
  ],
  [
    `copy k(a,v) from stdin`,
    `ERROR 22001: value too long for type character varying(3) CONTEXT COPY k, line 1, column v: "abcd"`,
    `1\tabcd\n`,
  ],
  [
    `copy k(a,v) from stdin where v = 'abc' and 1/(a-2) >= 0`,
    `ERROR 22012: division by zero CONTEXT COPY k, line 2: "2\tabc"`,
    `1\tabc\n2\tabc\n`,
  ],
  [
    `copy k(a) from stdin where count(*) > 1`,
    `ERROR 42803: aggregate functions are not allowed in COPY FROM WHERE conditions @28`,
  ],
  [`copy k(a) from stdin where a in (select 1)`, `ERROR 0A000: cannot use subquery in COPY FROM WHERE condition @30`],
  [`copy k(a) from stdin where a`, `ERROR 42804: argument of WHERE must be type boolean, not type integer @28`],
  [`copy k(a) from stdin where nope = 1`, `ERROR 42703: column "nope" does not exist @28`],
  [`copy k to stdout where a = 1`, `ERROR 42601: WHERE clause not allowed with COPY TO @18`],
  [
    `copy k to stdout`,
    `2\ty\t5\t\\N
4\t\\N\t5\t\\N
COPY 2`,
  ],
  [
    `copy (insert into k values (9,'ret') returning a, b) to stdout`,
    `9\tret
COPY 1`,
  ],
  [
    `copy (update k set a = a + 1 where a = 9 returning a) to stdout`,
    `10
COPY 1`,
  ],
  [`copy (insert into k values (9,'ret')) to stdout`, `ERROR 0A000: COPY query must have a RETURNING clause`],
  [`copy c(a) from stdin (format nope)`, `ERROR 22023: COPY format "nope" not recognized @23`, ``],
  [`copy c(a) from stdin (format text, format csv)`, `ERROR 42601: conflicting or redundant options @36`, ``],
  [`copy c(a) from stdin (delimiter 'ab')`, `ERROR 0A000: COPY delimiter must be a single one-byte character`, ``],
  [`copy c(a) from stdin (delimiter 'a')`, `ERROR 22023: COPY delimiter cannot be "a"`, ``],
  [`copy c(a) from stdin (delimiter E'\\n')`, `ERROR 22023: COPY delimiter cannot be newline or carriage return`, ``],
  [`copy c(a) from stdin (delimiter '.')`, `ERROR 22023: COPY delimiter cannot be "."`, ``],
  [`copy c(a) from stdin (delimiter 'é')`, `ERROR 0A000: COPY delimiter must be a single one-byte character`, ``],
  [
    `copy c(a) from stdin (null E'a\\nb')`,
    `ERROR 22023: COPY null representation cannot use newline or carriage return`,
    ``,
  ],
  [`copy c(a) from stdin (format binary, delimiter ',')`, `ERROR 42601: cannot specify DELIMITER in BINARY mode`, ``],
  [`copy c(a) from stdin (format binary, null 'x')`, `ERROR 42601: cannot specify NULL in BINARY mode`, ``],
  [`copy c(a) from stdin (format binary, header)`, `ERROR 0A000: cannot specify HEADER in BINARY mode`, ``],
  [`copy c(a) from stdin (quote '|')`, `ERROR 0A000: COPY quote available only in CSV mode`, ``],
  [`copy c(a) from stdin (escape '|')`, `ERROR 0A000: COPY escape available only in CSV mode`, ``],
  [`copy c(a) from stdin (format csv, quote 'ab')`, `ERROR 0A000: COPY quote must be a single one-byte character`, ``],
  [`copy c(a) from stdin (format csv, escape '')`, `ERROR 0A000: COPY escape must be a single one-byte character`, ``],
  [`copy c(a) from stdin (format csv, quote ',')`, `ERROR 22023: COPY delimiter and quote must be different`, ``],
  [
    `copy c(a) from stdin (format csv, null '"x')`,
    `ERROR 0A000: CSV quote character must not appear in the NULL specification`,
    ``,
  ],
  [`copy c(a) from stdin (null 'a\tb')`, `ERROR 0A000: COPY delimiter must not appear in the NULL specification`, ``],
  [`copy c(a) from stdin (force_quote (a))`, `ERROR 0A000: COPY force quote available only in CSV mode`, ``],
  [`copy c(a) from stdin (force_quote *)`, `ERROR 0A000: COPY force quote available only in CSV mode`, ``],
  [
    `copy c(a) from stdin (format csv, force_quote (a))`,
    `ERROR 0A000: COPY force quote only available using COPY TO`,
    ``,
  ],
  [`copy c(a) from stdin (force_not_null (a))`, `ERROR 0A000: COPY force not null available only in CSV mode`, ``],
  [`copy c(a) from stdin (force_null (a))`, `ERROR 0A000: COPY force null available only in CSV mode`, ``],
  [`copy c(a) from stdin (nope)`, `ERROR 42601: option "nope" not recognized @23`, ``],
  [`copy c(a) from stdin (nope 1)`, `ERROR 42601: option "nope" not recognized @23`, ``],
  [`copy c(a) from stdin (header maybe)`, `ERROR 42601: header requires a Boolean value or "match"`, ``],
  [`copy c(a) from stdin (header 2)`, `ERROR 42601: header requires a Boolean value or "match"`, ``],
  [`copy c(a) from stdin (header 1)`, `COPY 0`, ``],
  [`copy c(a) from stdin (header 0)`, `COPY 0`, ``],
  [`copy c(a) from stdin (header off)`, `COPY 0`, ``],
  [`copy c(a) from stdin (header 'ON')`, `COPY 0`, ``],
  [`copy c(a) from stdin (freeze maybe)`, `ERROR 42601: freeze requires a Boolean value`, ``],
  [
    `copy c(a) from stdin (encoding 'nope')`,
    `ERROR 22023: argument to option "encoding" must be a valid encoding name @23`,
    ``,
  ],
  [`copy c(a) from stdin (encoding 'utf-8')`, `COPY 0`, ``],
  [
    `copy c(a) from stdin (force_null a)`,
    `ERROR 22023: argument to option "force_null" must be a list of column names @23`,
    ``,
  ],
  [
    `copy c(a) from stdin (force_null 'a')`,
    `ERROR 22023: argument to option "force_null" must be a list of column names @23`,
    ``,
  ],
  [`copy c(a) from stdin (format)`, `ERROR 42601: format requires a parameter`, ``],
  [`copy c(a) from stdin (delimiter)`, `ERROR 42601: delimiter requires a parameter`, ``],
  [
    `copy c(a) from stdin (format csv, force_null (nope))`,
    `ERROR 42703: column "nope" of relation "c" does not exist`,
    ``,
  ],
  [
    `copy c(a) from stdin (format csv, force_null (b))`,
    `ERROR 42P10: FORCE_NULL column "b" not referenced by COPY`,
    ``,
  ],
  [
    `copy c(a) from stdin (format csv, force_not_null (b))`,
    `ERROR 42P10: FORCE_NOT_NULL column "b" not referenced by COPY`,
    ``,
  ],
  [`copy c(a) from stdin (freeze false)`, `COPY 0`, ``],
  [`copy c(a) from stdin (null 5)`, `COPY 0`, ``],
  [`copy c(a) from stdin (delimiter 5)`, `ERROR 22023: COPY delimiter cannot be "5"`, ``],
  [`copy c(a) from stdin (format 'CSV')`, `ERROR 22023: COPY format "CSV" not recognized @23`, ``],
  [`copy c(a) from stdin (format csv, delimiter '\\')`, `COPY 0`, ``],
  [`copy c(a) from stdin (delimiter 'X')`, `COPY 0`, ``],
  [
    `copy c(a) from stdin (header match)`,
    `ERROR 22P04: column name mismatch in header line field 1: got "", expected "a" CONTEXT COPY c, line 1: ""`,
    ``,
  ],
  [`copy c(a) from stdin (format csv, quote '')`, `ERROR 0A000: COPY quote must be a single one-byte character`, ``],
  [`copy c(a) to stdout (header match)`, `ERROR 0A000: cannot use "match" with HEADER in COPY TO`],
  [`copy c(a) to stdout (format csv, force_null (a))`, `ERROR 0A000: COPY force null only available using COPY FROM`],
  [
    `copy c(a) to stdout (format csv, force_not_null (a))`,
    `ERROR 0A000: COPY force not null only available using COPY FROM`,
  ],
  [`copy c(a) to stdout (format csv, force_quote (nope))`, `ERROR 42703: column "nope" of relation "c" does not exist`],
  [`copy c(a) to stdout (format csv, force_quote (b))`, `ERROR 42P10: FORCE_QUOTE column "b" not referenced by COPY`],
  [
    `copy c(a) to stdout (freeze)`,
    `1
2
3
4
5
6
7
8
9
10
12
13
14
15
16
17
18
19
20
21
22
23
\\N
\\N
COPY 24`,
  ],
  [
    `copy c(a) to stdout (format csv, force_quote (a))`,
    `"1"
"2"
"3"
"4"
"5"
"6"
"7"
"8"
"9"
"10"
"12"
"13"
"14"
"15"
"16"
"17"
"18"
"19"
"20"
"21"
"22"
"23"


COPY 24`,
  ],
  [`copy (select 1 as a) to stdout (format csv, force_quote (b))`, `ERROR 42703: column "b" does not exist`],
  [
    `copy c from stdin csv header delimiter ';' null 'n' quote '|' escape '!' force not null b force null d`,
    `COPY 1`,
    `a;b;d\n1;|x|;2\n`,
  ],
  [`begin read only`, `BEGIN`],
  [`copy c from stdin`, `ERROR 25006: cannot execute COPY FROM in a read-only transaction`, ``],
  [`rollback`, `ROLLBACK`],
  [`begin`, `BEGIN`],
  [
    `copy c(a) from stdin`,
    `ERROR 22P02: invalid input syntax for type integer: "x" CONTEXT COPY c, line 2, column a: "x"`,
    `1\nx\n`,
  ],
  [`copy c to stdout`, `ERROR 25P02: current transaction is aborted, commands ignored until end of transaction block`],
  [`rollback`, `ROLLBACK`],
  [
    `copy c(a) from stdin; copy c(a) from stdin; select 5 as five`,
    `COPY 1
COPY 0
five:integer
5
SELECT 1`,
    `1\n`,
  ],
  [`create table empty()`, `CREATE TABLE`],
  [`copy empty from stdin`, `COPY 2`, `\n\n`],
  [
    `copy empty from stdin`,
    `ERROR 22P04: extra data after last expected column CONTEXT COPY empty, line 1: "x"`,
    `x\n`,
  ],
  [
    `copy empty to stdout`,
    `

COPY 2`,
  ],
  [
    `copy (select * from empty) to stdout csv header`,
    `


COPY 2`,
  ],
  [`create table f(a int primary key, b text) with (fillfactor=40, autovacuum_enabled=off)`, `CREATE TABLE`],
  [
    `select reloptions from pg_class where relname = 'f'`,
    `reloptions:text[]
{fillfactor=40,autovacuum_enabled=off}
SELECT 1`,
  ],
  [
    `create table f2(a int) with (fillfactor=5)`,
    `ERROR 22023: value 5 out of bounds for option "fillfactor" DETAIL Valid values are between "10" and "100".`,
  ],
  [`create table f2(a int) with (fillfactor=x)`, `ERROR 22023: invalid value for integer option "fillfactor": x`],
  [`create table f2(a int) with (nope=1)`, `ERROR 22023: unrecognized parameter "nope"`],
  [
    `create table f2(a int) with (fillfactor=50, fillfactor=60)`,
    `ERROR 22023: parameter "fillfactor" specified more than once`,
  ],
  [
    `create table f2(a int) with (autovacuum_vacuum_scale_factor=101)`,
    `ERROR 22023: value 101 out of bounds for option "autovacuum_vacuum_scale_factor" DETAIL Valid values are between "0.000000" and "100.000000".`,
  ],
  [
    `create table f2(a int) with (autovacuum_enabled=maybe)`,
    `ERROR 22023: invalid value for boolean option "autovacuum_enabled": maybe`,
  ],
  [
    `copy f from stdin`,
    `ERROR 23505: duplicate key value violates unique constraint "f_pkey" DETAIL Key (a)=(1) already exists. CONTEXT COPY f, line 3`,
    `1\tx\n2\ty\n1\tz\n3\tw\n`,
  ],
  [`copy f from stdin`, `COPY 2`, `1\tx\n2\ty\n`],
  [
    `copy f from stdin`,
    `ERROR 23505: duplicate key value violates unique constraint "f_pkey" DETAIL Key (a)=(2) already exists. CONTEXT COPY f, line 3`,
    `3\tx\n4\ty\n2\tz\n`,
  ],
  [
    `copy f from stdin (freeze)`,
    `ERROR 55000: cannot perform COPY FREEZE because the table was not created or truncated in the current subtransaction`,
    `5\tx\n`,
  ],
  [`begin`, `BEGIN`],
  [`truncate f`, `TRUNCATE TABLE`],
  [`copy f from stdin (freeze on)`, `COPY 2`, `5\tx\n6\ty\n`],
  [
    `select xmin::text::int > 2 as normal, a from f`,
    `normal:boolean|a:integer
t|5
t|6
SELECT 2`,
  ],
  [`savepoint s`, `SAVEPOINT`],
  [
    `copy f from stdin freeze`,
    `ERROR 55000: cannot perform COPY FREEZE because the table was not created or truncated in the current subtransaction`,
    `7\tx\n`,
  ],
  [`rollback to s`, `ROLLBACK`],
  [`release s`, `RELEASE`],
  [`copy f from stdin freeze`, `COPY 1`, `7\tx\n`],
  [`savepoint s`, `SAVEPOINT`],
  [`create table f3(a int)`, `CREATE TABLE`],
  [`release s`, `RELEASE`],
  [`copy f3 from stdin freeze`, `COPY 1`, `8\n`],
  [`commit`, `COMMIT`],
  [
    `select a from f order by a`,
    `a:integer
5
6
7
SELECT 3`,
  ],
  [
    `select a from f3`,
    `a:integer
8
SELECT 1`,
  ],
  [
    `copy f from stdin freeze`,
    `ERROR 55000: cannot perform COPY FREEZE because the table was not created or truncated in the current subtransaction`,
    `9\tx\n`,
  ],
];
