/**
 * Rows of pg_operator (catalog/pg_operator.dat): oid, name, left type (`-` for a prefix operator), right type, the function's oid, the
 * commutator, the negator, `h` can hash, `m` can merge.
 */
export const operatorRows = `
15 = int4 int8 852 416 36 hm
36 <> int4 int8 853 417 15
37 < int4 int8 854 419 82
58 < bool bool 56 59 1695
59 > bool bool 57 58 1694
76 > int4 int8 855 418 80
80 <= int4 int8 856 430 76
82 >= int4 int8 857 420 37
85 <> bool bool 84 85 91
91 = bool bool 60 91 85 hm
92 = char char 61 92 630 hm
93 = name name 62 93 643 hm
94 = int2 int2 63 94 519 hm
95 < int2 int2 64 520 524
96 = int4 int4 65 96 518 hm
97 < int4 int4 66 521 525
98 = text text 67 98 531 hm
254 = name text 240 260 259 hm
255 < name text 241 264 257
256 <= name text 242 263 258
257 >= name text 243 262 255
258 > name text 244 261 256
259 <> name text 245 265 254
260 = text name 247 254 265 hm
261 < text name 248 258 263
262 <= text name 249 257 264
263 >= text name 250 256 261
264 > text name 251 255 262
265 <> text name 252 259 260
349 || anycompatiblearray anycompatible 378 0 0
352 = xid xid 68 352 3315 h
353 = xid int4 1319 0 3316
374 || anycompatible anycompatiblearray 379 0 0
375 || anycompatiblearray anycompatiblearray 383 0 0
385 = cid cid 69 385 0 h
387 = tid tid 1292 387 402 hm
402 <> tid tid 1265 402 387
410 = int8 int8 467 410 411 hm
411 <> int8 int8 468 411 410
412 < int8 int8 469 413 415
413 > int8 int8 470 412 414
414 <= int8 int8 471 415 413
415 >= int8 int8 472 414 412
416 = int8 int4 474 15 417 hm
417 <> int8 int4 475 36 416
418 < int8 int4 476 76 430
419 > int8 int4 477 37 420
420 <= int8 int4 478 82 419
430 >= int8 int4 479 80 418
439 % int8 int8 945 0 0
473 @ - int8 1230 0 0
484 - - int8 462 0 0
514 * int4 int4 141 514 0
518 <> int4 int4 144 518 96
519 <> int2 int2 145 519 94
520 > int2 int2 146 95 522
521 > int4 int4 147 97 523
522 <= int2 int2 148 524 520
523 <= int4 int4 149 525 521
524 >= int2 int2 151 522 95
525 >= int4 int4 150 523 97
526 * int2 int2 152 526 0
527 / int2 int2 153 0 0
528 / int4 int4 154 0 0
529 % int2 int2 155 0 0
530 % int4 int4 156 0 0
531 <> text text 157 531 98
532 = int2 int4 158 533 538 hm
533 = int4 int2 159 532 539 hm
534 < int2 int4 160 537 542
535 < int4 int2 161 536 543
536 > int2 int4 162 535 540
537 > int4 int2 163 534 541
538 <> int2 int4 164 539 532
539 <> int4 int2 165 538 533
540 <= int2 int4 166 543 536
541 <= int4 int2 167 542 537
542 >= int2 int4 168 541 534
543 >= int4 int2 169 540 535
544 * int2 int4 170 545 0
545 * int4 int2 171 544 0
546 / int2 int4 172 0 0
547 / int4 int2 173 0 0
550 + int2 int2 176 550 0
551 + int4 int4 177 551 0
552 + int2 int4 178 553 0
553 + int4 int2 179 552 0
554 - int2 int2 180 0 0
555 - int4 int4 181 0 0
556 - int2 int4 182 0 0
557 - int4 int2 183 0 0
558 - - int4 212 0 0
559 - - int2 213 0 0
584 - - float4 206 0 0
585 - - float8 220 0 0
586 + float4 float4 204 586 0
587 - float4 float4 205 0 0
588 / float4 float4 203 0 0
589 * float4 float4 202 589 0
590 @ - float4 207 0 0
591 + float8 float8 218 591 0
592 - float8 float8 219 0 0
593 / float8 float8 217 0 0
594 * float8 float8 216 594 0
595 @ - float8 221 0 0
596 |/ - float8 230 0 0
597 ||/ - float8 231 0 0
607 = oid oid 184 607 608 hm
608 <> oid oid 185 608 607
609 < oid oid 716 610 612
610 > oid oid 1638 609 611
611 <= oid oid 717 612 610
612 >= oid oid 1639 611 609
620 = float4 float4 287 620 621 hm
621 <> float4 float4 288 621 620
622 < float4 float4 289 623 625
623 > float4 float4 291 622 624
624 <= float4 float4 290 625 623
625 >= float4 float4 292 624 622
630 <> char char 70 630 92
631 < char char 1246 633 634
632 <= char char 72 634 633
633 > char char 73 631 632
634 >= char char 74 632 631
639 ~ name text 79 0 640
640 !~ name text 1252 0 639
641 ~ text text 1254 0 642
642 !~ text text 1256 0 641
643 <> name name 659 643 93
644 <> oidvector oidvector 619 644 649
645 < oidvector oidvector 677 646 648
646 > oidvector oidvector 681 645 647
647 <= oidvector oidvector 678 648 646
648 >= oidvector oidvector 680 647 645
649 = oidvector oidvector 679 649 644 hm
654 || text text 1258 0 0
660 < name name 655 662 663
661 <= name name 656 663 662
662 > name name 657 660 661
663 >= name name 658 661 660
664 < text text 740 666 667
665 <= text text 741 667 666
666 > text text 742 664 665
667 >= text text 743 665 664
670 = float8 float8 293 670 671 hm
671 <> float8 float8 294 671 670
672 < float8 float8 295 674 675
673 <= float8 float8 296 675 674
674 > float8 float8 297 672 673
675 >= float8 float8 298 673 672
682 @ - int2 1253 0 0
684 + int8 int8 463 684 0
685 - int8 int8 464 0 0
686 * int8 int8 465 686 0
687 / int8 int8 466 0 0
688 + int8 int4 1274 692 0
689 - int8 int4 1275 0 0
690 * int8 int4 1276 694 0
691 / int8 int4 1277 0 0
692 + int4 int8 1278 688 0
693 - int4 int8 1279 0 0
694 * int4 int8 1280 690 0
695 / int4 int8 1281 0 0
773 @ - int4 1251 0 0
818 + int8 int2 837 822 0
819 - int8 int2 838 0 0
820 * int8 int2 839 824 0
821 / int8 int2 840 0 0
822 + int2 int8 841 818 0
823 - int2 int8 942 0 0
824 * int2 int8 943 820 0
825 / int2 int8 948 0 0
965 ^ float8 float8 232 0 0
1038 ^ numeric numeric 1739 0 0
1054 = bpchar bpchar 1048 1054 1057 hm
1055 ~ bpchar text 1658 0 1056
1056 !~ bpchar text 1659 0 1055
1057 <> bpchar bpchar 1053 1057 1054
1058 < bpchar bpchar 1049 1060 1061
1059 <= bpchar bpchar 1050 1061 1060
1060 > bpchar bpchar 1051 1058 1059
1061 >= bpchar bpchar 1052 1059 1058
1070 = anyarray anyarray 744 1070 1071 hm
1071 <> anyarray anyarray 390 1071 1070
1072 < anyarray anyarray 391 1073 1075
1073 > anyarray anyarray 392 1072 1074
1074 <= anyarray anyarray 393 1075 1073
1075 >= anyarray anyarray 396 1074 1072
1076 + date interval 2071 2551 0
1077 - date interval 2072 0 0
1093 = date date 1086 1093 1094 hm
1094 <> date date 1091 1094 1093
1095 < date date 1087 1097 1098
1096 <= date date 1088 1098 1097
1097 > date date 1089 1095 1096
1098 >= date date 1090 1096 1095
1099 - date date 1140 0 0
1100 + date int4 1141 2555 0
1101 - date int4 1142 0 0
1108 = time time 1145 1108 1109 hm
1109 <> time time 1106 1109 1108
1110 < time time 1102 1112 1113
1111 <= time time 1103 1113 1112
1112 > time time 1104 1110 1111
1113 >= time time 1105 1111 1110
1116 + float4 float8 281 1126 0
1117 - float4 float8 282 0 0
1118 / float4 float8 280 0 0
1119 * float4 float8 279 1129 0
1120 = float4 float8 299 1130 1121 hm
1121 <> float4 float8 300 1131 1120
1122 < float4 float8 301 1133 1125
1123 > float4 float8 303 1132 1124
1124 <= float4 float8 302 1135 1123
1125 >= float4 float8 304 1134 1122
1126 + float8 float4 285 1116 0
1127 - float8 float4 286 0 0
1128 / float8 float4 284 0 0
1129 * float8 float4 283 1119 0
1130 = float8 float4 305 1120 1131 hm
1131 <> float8 float4 306 1121 1130
1132 < float8 float4 307 1123 1135
1133 > float8 float4 309 1122 1134
1134 <= float8 float4 308 1125 1133
1135 >= float8 float4 310 1124 1132
1207 ~~ name text 858 0 1208
1208 !~~ name text 859 0 1207
1209 ~~ text text 850 0 1210
1210 !~~ text text 851 0 1209
1211 ~~ bpchar text 1631 0 1212
1212 !~~ bpchar text 1632 0 1211
1226 ~* name text 1240 0 1227
1227 !~* name text 1241 0 1226
1228 ~* text text 1238 0 1229
1229 !~* text text 1239 0 1228
1234 ~* bpchar text 1656 0 1235
1235 !~* bpchar text 1657 0 1234
1320 = timestamptz timestamptz 1152 1320 1321 hm
1321 <> timestamptz timestamptz 1153 1321 1320
1322 < timestamptz timestamptz 1154 1324 1325
1323 <= timestamptz timestamptz 1155 1325 1324
1324 > timestamptz timestamptz 1157 1322 1323
1325 >= timestamptz timestamptz 1156 1323 1322
1327 + timestamptz interval 1189 2554 0
1328 - timestamptz timestamptz 1188 0 0
1329 - timestamptz interval 1190 0 0
1330 = interval interval 1162 1330 1331 hm
1331 <> interval interval 1163 1331 1330
1332 < interval interval 1164 1334 1335
1333 <= interval interval 1165 1335 1334
1334 > interval interval 1167 1332 1333
1335 >= interval interval 1166 1333 1332
1336 - - interval 1168 0 0
1337 + interval interval 1169 1337 0
1338 - interval interval 1170 0 0
1360 + date time 1272 1363 0
1363 + time date 1296 1360 0
1399 - time time 1690 0 0
1583 * interval float8 1618 1584 0
1584 * float8 interval 1624 1583 0
1585 / interval float8 1326 0 0
1625 ~~* name text 1635 0 1626
1626 !~~* name text 1636 0 1625
1627 ~~* text text 1633 0 1628
1628 !~~* text text 1634 0 1627
1629 ~~* bpchar text 1660 0 1630
1630 !~~* bpchar text 1661 0 1629
1694 <= bool bool 1691 1695 59
1695 >= bool bool 1692 1694 58
1751 - - numeric 1771 0 0
1752 = numeric numeric 1718 1752 1753 hm
1753 <> numeric numeric 1719 1753 1752
1754 < numeric numeric 1722 1756 1757
1755 <= numeric numeric 1723 1757 1756
1756 > numeric numeric 1720 1754 1755
1757 >= numeric numeric 1721 1755 1754
1758 + numeric numeric 1724 1758 0
1759 - numeric numeric 1725 0 0
1760 * numeric numeric 1726 1760 0
1761 / numeric numeric 1727 0 0
1762 % numeric numeric 1729 0 0
1763 @ - numeric 1704 0 0
1800 + time interval 1747 1849 0
1801 - time interval 1748 0 0
1849 + interval time 1848 1800 0
1862 = int2 int8 1850 1868 1863 hm
1863 <> int2 int8 1851 1869 1862
1864 < int2 int8 1852 1871 1867
1865 > int2 int8 1853 1870 1866
1866 <= int2 int8 1854 1873 1865
1867 >= int2 int8 1855 1872 1864
1868 = int8 int2 1856 1862 1869 hm
1869 <> int8 int2 1857 1863 1868
1870 < int8 int2 1858 1865 1873
1871 > int8 int2 1859 1864 1872
1872 <= int8 int2 1860 1867 1871
1873 >= int8 int2 1861 1866 1870
1874 & int2 int2 1892 1874 0
1875 | int2 int2 1893 1875 0
1876 # int2 int2 1894 1876 0
1877 ~ - int2 1895 0 0
1878 << int2 int4 1896 0 0
1879 >> int2 int4 1897 0 0
1880 & int4 int4 1898 1880 0
1881 | int4 int4 1899 1881 0
1882 # int4 int4 1900 1882 0
1883 ~ - int4 1901 0 0
1884 << int4 int4 1902 0 0
1885 >> int4 int4 1903 0 0
1886 & int8 int8 1904 1886 0
1887 | int8 int8 1905 1887 0
1888 # int8 int8 1906 1888 0
1889 ~ - int8 1907 0 0
1890 << int8 int4 1908 0 0
1891 >> int8 int4 1909 0 0
1916 + - int8 1910 0 0
1917 + - int2 1911 0 0
1918 + - int4 1912 0 0
1919 + - float4 1913 0 0
1920 + - float8 1914 0 0
1921 + - numeric 1915 0 0
1955 = bytea bytea 1948 1955 1956 hm
1956 <> bytea bytea 1953 1956 1955
1957 < bytea bytea 1949 1959 1960
1958 <= bytea bytea 1950 1960 1959
1959 > bytea bytea 1951 1957 1958
1960 >= bytea bytea 1952 1958 1957
2016 ~~ bytea bytea 2005 0 2017
2017 !~~ bytea bytea 2006 0 2016
2018 || bytea bytea 2011 0 0
2060 = timestamp timestamp 2052 2060 2061 hm
2061 <> timestamp timestamp 2053 2061 2060
2062 < timestamp timestamp 2054 2064 2065
2063 <= timestamp timestamp 2055 2065 2064
2064 > timestamp timestamp 2057 2062 2063
2065 >= timestamp timestamp 2056 2063 2062
2066 + timestamp interval 2032 2553 0
2067 - timestamp timestamp 2031 0 0
2068 - timestamp interval 2033 0 0
2314 ~<~ text text 2160 2318 2317
2315 ~<=~ text text 2161 2317 2318
2317 ~>=~ text text 2163 2315 2314
2318 ~>~ text text 2164 2314 2315
2326 ~<~ bpchar bpchar 2174 2330 2329
2327 ~<=~ bpchar bpchar 2175 2329 2330
2329 ~>=~ bpchar bpchar 2177 2327 2326
2330 ~>~ bpchar bpchar 2178 2326 2327
2345 < date timestamp 2338 2375 2348
2346 <= date timestamp 2339 2374 2349
2347 = date timestamp 2340 2373 2350 m
2348 >= date timestamp 2342 2372 2345
2349 > date timestamp 2341 2371 2346
2350 <> date timestamp 2343 2376 2347
2358 < date timestamptz 2351 2388 2361
2359 <= date timestamptz 2352 2387 2362
2360 = date timestamptz 2353 2386 2363 m
2361 >= date timestamptz 2355 2385 2358
2362 > date timestamptz 2354 2384 2359
2363 <> date timestamptz 2356 2389 2360
2371 < timestamp date 2364 2349 2374
2372 <= timestamp date 2365 2348 2375
2373 = timestamp date 2366 2347 2376 m
2374 >= timestamp date 2368 2346 2371
2375 > timestamp date 2367 2345 2372
2376 <> timestamp date 2369 2350 2373
2384 < timestamptz date 2377 2362 2387
2385 <= timestamptz date 2378 2361 2388
2386 = timestamptz date 2379 2360 2389 m
2387 >= timestamptz date 2381 2359 2384
2388 > timestamptz date 2380 2358 2385
2389 <> timestamptz date 2382 2363 2386
2534 < timestamp timestamptz 2520 2544 2537
2535 <= timestamp timestamptz 2521 2543 2538
2536 = timestamp timestamptz 2522 2542 2539 m
2537 >= timestamp timestamptz 2524 2541 2534
2538 > timestamp timestamptz 2523 2540 2535
2539 <> timestamp timestamptz 2525 2545 2536
2540 < timestamptz timestamp 2527 2538 2543
2541 <= timestamptz timestamp 2528 2537 2544
2542 = timestamptz timestamp 2529 2536 2545 m
2543 >= timestamptz timestamp 2531 2535 2540
2544 > timestamptz timestamp 2530 2534 2541
2545 <> timestamptz timestamp 2532 2539 2542
2551 + interval date 2546 1076 0
2553 + interval timestamp 2548 2066 0
2554 + interval timestamptz 2549 1327 0
2555 + int4 date 2550 1100 0
2750 && anyarray anyarray 2747 2750 0
2751 @> anyarray anyarray 2748 2752 0
2752 <@ anyarray anyarray 2749 2751 0
2779 || text anynonarray 2003 0 0
2780 || anynonarray text 2004 0 0
2799 < tid tid 2791 2800 2802
2800 > tid tid 2790 2799 2801
2801 <= tid tid 2793 2802 2800
2802 >= tid tid 2792 2801 2799
2972 = uuid uuid 2956 2972 2973 hm
2973 <> uuid uuid 2959 2973 2972
2974 < uuid uuid 2954 2975 2977
2975 > uuid uuid 2958 2974 2976
2976 <= uuid uuid 2955 2977 2975
2977 >= uuid uuid 2957 2976 2974
3222 = pg_lsn pg_lsn 3233 3222 3223 hm
3223 <> pg_lsn pg_lsn 3236 3223 3222
3224 < pg_lsn pg_lsn 3231 3225 3227
3225 > pg_lsn pg_lsn 3235 3224 3226
3226 <= pg_lsn pg_lsn 3232 3227 3225
3227 >= pg_lsn pg_lsn 3234 3226 3224
3228 - pg_lsn pg_lsn 3237 0 0
3315 <> xid xid 3308 3315 352
3316 <> xid int4 3309 0 353
3877 ^@ text text 3696 0 0
5025 + pg_lsn numeric 5022 5026 0
5026 + numeric pg_lsn 5023 5025 0
5027 - pg_lsn numeric 5024 0 0
5068 = xid8 xid8 5084 5068 5072 hm
5072 <> xid8 xid8 5085 5072 5068
5073 < xid8 xid8 5034 5074 5076
5074 > xid8 xid8 5035 5073 5075
5075 <= xid8 xid8 5036 5076 5074
5076 >= xid8 xid8 5037 5075 5073
`;
