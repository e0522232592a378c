import { styleText } from 'node:util';
import { formatMicroUsd } from '../kernel/money.ts';
import { printable } from '../kernel/printable.ts';

type Fields = Readonly<Record<string, unknown>>;

const levelNames: ReadonlyMap<unknown, string> = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
]);
/** Where something came from, over several lines. */
const tracesOf = ['fault', 'stack'];

/**
 * A line of the log for people at a terminal: one an order, with what matters of it; of everything else the message
 * and its fields. Where a fault came from stands below. Nothing in it can play the terminal.
 */
export function readableLine(json: string): string {
  const { level, time, msg, ...fields } = JSON.parse(json) as Fields;
  const at = new Date(String(time)).toTimeString().slice(0, 8);
  const name = levelNames.get(level);
  const text = fields['event'] === 'order' ? orderText(fields) : plainText(msg, fields);
  const parts = [coloured('dim', at), ...(name === undefined ? [] : [coloured(colourOf(name), name)]), text];
  const trace = tracesOf.flatMap((field) =>
    typeof fields[field] === 'string' ? fields[field].split('\n') : [],
  );
  return `${[parts.join('  '), ...trace.map((line) => `    ${printable(line.trim())}`)].join('\n')}\n`;
}

/** `order  website (10.0.0.7)  generate  gemini-3-pro-image  1024x1024  1/1  $0.039  3.2 s  gemini  req_…`. */
function orderText(order: Fields): string {
  const { keyName, client, imagesDelivered, imagesRequested, costMicroUsd, durationMs, adapted } = order;
  const parts = [
    order['error'] === undefined ? 'order' : `order: ${textOf(order['error'])}`,
    `${textOf(keyName)}${client === undefined ? '' : ` (${textOf(client)})`}`,
    order['operation'],
    order['model'],
    order['size'],
    `${textOf(imagesDelivered)}/${textOf(imagesRequested)}`,
    formatMicroUsd(Number(costMicroUsd)),
    `${(Number(durationMs) / 1000).toFixed(1)} s`,
    order['upstream'],
    Array.isArray(adapted) ? `adapted: ${adapted.join(', ')}` : undefined,
    order['order'],
    order['cause'],
  ];
  return parts
    .filter((part) => part !== undefined && part !== null)
    .map((part) => printable(textOf(part)))
    .join('  ');
}

function plainText(message: unknown, fields: Fields): string {
  const told = Object.entries(fields)
    .filter(([name]) => !tracesOf.includes(name))
    .map(([name, value]) => `${name}=${textOf(value)}`);
  return printable([textOf(message), ...told].join('  '));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function colourOf(level: string): 'yellow' | 'red' | 'dim' {
  if (level === 'warn') return 'yellow';
  return level === 'error' || level === 'fatal' ? 'red' : 'dim';
}

/** In a terminal that wants colours. */
function coloured(style: 'yellow' | 'red' | 'dim', text: string): string {
  return styleText(style, text, { stream: process.stdout });
}
