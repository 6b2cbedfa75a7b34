/** Markup that may be written as it is. Only `html` and `trusted` make it. */
export class Html {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** What stands in a template: text and numbers are escaped, markup is not, and nothing is left out. */
export type Content = Html | string | number | undefined | readonly Content[];

/**
 * Markup with its values escaped. Attributes must stand in quotes:
 *
 *     html`<a href="#${id}">${title}</a>`
 */
export function html(markup: TemplateStringsArray, ...contents: Content[]): Html {
  return new Html(
    markup.map(withoutIndentation).reduce((text, part, index) => text + write(contents[index - 1]) + part),
  );
}

function withoutIndentation(markup: string): string {
  return markup.replace(/\n\s+/g, '\n');
}

/** Markup made by this program or by a library that escapes. Never text of the model. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

function write(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Html) return content.text;
  if (Array.isArray(content)) return content.map(write).join('');
  return escapeHtml(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** Control characters, and those that turn the direction of the text around them, would hide what is written. */
const UNPRINTABLE = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;

export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '\ufffd');
}
