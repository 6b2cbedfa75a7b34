/** Rows of pg_proc: see FunctionFamily. */
export const likeRows = `
850 textlike(text,text) bool
851 textnlike(text,text) bool
858 namelike(name,text) bool
859 namenlike(name,text) bool
1569 like(text,text) bool code=textlike
1570 notlike(text,text) bool code=textnlike
1571 like(name,text) bool code=namelike
1572 notlike(name,text) bool code=namenlike
1631 bpcharlike(bpchar,text) bool code=textlike
1632 bpcharnlike(bpchar,text) bool code=textnlike
1633 texticlike(text,text) bool
1634 texticnlike(text,text) bool
1635 nameiclike(name,text) bool
1636 nameicnlike(name,text) bool
1637 like_escape(text,text) text
1660 bpchariclike(bpchar,text) bool code=texticlike
1661 bpcharicnlike(bpchar,text) bool code=texticnlike
2005 bytealike(bytea,bytea) bool
2006 byteanlike(bytea,bytea) bool
2007 like(bytea,bytea) bool code=bytealike
2008 notlike(bytea,bytea) bool code=byteanlike
2009 like_escape(bytea,bytea) bytea code=like_escape_bytea
`;
