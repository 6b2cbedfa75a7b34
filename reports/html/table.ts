import { html, type Content, type Html } from './html.js';
import { LIMITS, leftOutNote } from './limits.js';

export interface Column<Row> {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
  readonly cell: (row: Row) => Content;
}

export interface TableOptions {
  /** What the table shows. */
  readonly caption: string;
  /** Where a heading says so already, only screen readers need the caption. */
  readonly isCaptionHidden?: boolean;
  readonly mostRows?: number;
}

/** A table whose first column names its rows. It scrolls in its own container where it is too wide. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], options: TableOptions): Html {
  const { caption, isCaptionHidden, mostRows = LIMITS.rows } = options;
  const shown = rows.slice(0, mostRows);
  return html`<div class="scroll">
      <table>
        <caption class="${isCaptionHidden ? 'unseen' : ''}">
          ${caption}
        </caption>
        <thead>
          <tr>
            ${columns.map(headCell)}
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            (row) =>
              html`<tr>
                ${columns.map((column, index) => bodyCell(row, column, index === 0))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${leftOutNote(shown.length, rows.length, 'rows')}`;
}

function headCell<Row>({ title, isNumber }: Column<Row>): Html {
  return html`<th scope="col" class="${isNumber ? 'number' : ''}">${title}</th>`;
}

function bodyCell<Row>(row: Row, { cell, isNumber }: Column<Row>, isName: boolean): Html {
  if (isName) return html`<th scope="row">${cell(row)}</th>`;
  return isNumber ? html`<td class="number">${cell(row)}</td>` : html`<td>${cell(row)}</td>`;
}
