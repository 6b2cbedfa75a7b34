import type { CopyStmt } from '@pgsql/types';
import { copyFrom } from '../copy/copy-from.js';
import { copyOptions } from '../copy/copy-options.js';
import { copyTo } from '../copy/copy-to.js';
import { unsupported } from '../parse/nodes.js';
import type { Command } from './command.js';

/** COPY between a table or query and the client. Files and programs of the server are not read or written. */
export const copyCommand: Command<CopyStmt> = {
  run(context, body) {
    if (body.is_program) throw unsupported('COPY with a program');
    if (body.filename !== undefined) throw unsupported('COPY with a file of the server');
    const isFrom = body.is_from === true;
    const options = copyOptions(body.options, isFrom);
    return { events: isFrom ? copyFrom(context, body, options) : copyTo(context, body, options) };
  },
};
