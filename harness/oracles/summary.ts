const SHOWN = 5;

/** The first few of many findings, for one line. */
export function summary(findings: readonly string[]): string {
  const shown = findings.slice(0, SHOWN).join('; ');
  return findings.length > SHOWN ? `${shown}; and ${findings.length - SHOWN} more` : shown;
}
