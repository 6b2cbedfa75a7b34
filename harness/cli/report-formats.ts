/** What reports there are: a page, JUnit's XML, Markdown, and JSON lines. */
export const FORMATS = ['html', 'junit', 'md', 'json'] as const;
export type Format = (typeof FORMATS)[number];
