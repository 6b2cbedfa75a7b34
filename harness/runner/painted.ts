import { styleText } from 'node:util';

const COLOURS = [
  [/^(VIOLATED|THE HARNESS COULD NOT|harness failure).*/gm, 'red'],
  [/^NOTHING VIOLATED.*/gm, 'green'],
] as const;

/** Verdicts in colour, where the stream is a terminal and NO_COLOR does not forbid it (no-color.org). */
export function painted(text: string, stream: NodeJS.WritableStream): string {
  if (!hasColours(stream)) return text;
  return COLOURS.reduce(
    (sum, [pattern, colour]) => sum.replace(pattern, (line) => styleText(colour, line, { validateStream: false })),
    text,
  );
}

function hasColours(stream: NodeJS.WritableStream & { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}
