/** Milliseconds since 1970 as ISO date and time in UTC, to the microsecond. */
export function timeText(milliseconds: number): string {
  const days = Math.floor(milliseconds / 86_400_000);
  const inDay = milliseconds - days * 86_400_000;
  return `${dateText(days)} ${clockText(inDay)} UTC`;
}

function clockText(inDay: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const seconds = (inDay / 1000) % 60;
  return `${two(inDay / 3_600_000)}:${two((inDay / 60_000) % 60)}:${seconds.toFixed(6).padStart(9, '0')}`;
}

/** Days since 1970-01-01 as a Gregorian date (the civil-from-days algorithm). */
function dateText(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const year = Math.floor((dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365);
  const dayOfYear = dayOfEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1;
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  const fullYear = year + era * 400 + (month <= 2 ? 1 : 0);
  return `${fullYear}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
