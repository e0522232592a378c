import { badRequest } from './google-error.ts';

/** Characters shown on each side of a fault. */
const contextLength = 20;
/** Past this the place of a fault is not searched for; only its existence is told. */
const maxSearchedLength = 1024 * 1024;

/**
 * Parses a request body; an empty one is an empty message. Throws Google's parse error: the reason, the text around
 * the fault and a caret under it.
 */
export function parseJsonBody(body: Buffer): unknown {
  const text = body.toString('utf8');
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = error instanceof Error ? error.message : '';
    const atEnd = /end of JSON input|Unterminated/i.test(fault);
    const position = atEnd ? text.length : Number(/position (\d+)/.exec(fault)?.[1] ?? firstNonToken(text));
    const reason = atEnd ? 'Unexpected end of string. Expected a value.' : 'Unexpected token.';
    const start = Math.max(0, position - contextLength);
    const context = text.slice(start, position + contextLength).replaceAll(/[\r\n]/g, ' ');
    const description = `Invalid JSON payload received. ${reason}\n${context}\n${' '.repeat(position - start)}^`;
    throw badRequest([{ field: '', description }]);
  }
}

/** Where the text stops being JSON tokens; the engine's message does not always tell. */
function firstNonToken(text: string): number {
  const token = /\s*(?:[{}[\],:]|"(?:[^"\\]+|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)\s*/y;
  if (text.length > maxSearchedLength) return 0;
  let position = 0;
  while (token.test(text)) position = token.lastIndex;
  return position;
}
