import type { describeWithAttempts } from '../admin/describe-order.ts';
import { formatMicroUsd } from '../kernel/money.ts';
import { textTable } from './text-table.ts';

type Attempt = ReturnType<typeof describeWithAttempts>['attempts'][number];
type Line = Attempt['price'][number];

const named: Readonly<Record<Line['of'], string>> = {
  text_in: 'tokens of text in',
  pictures_in: 'tokens of pictures in',
  text_out: 'tokens of text and thinking out',
  pictures_out: 'tokens of pictures out',
  pictures: 'pictures',
  searches: 'searches',
};

/** How each call's cost was worked out: so many of a thing at so much, by which entry of the price list. */
export function priceText(attempts: readonly Attempt[]): string {
  return attempts
    .filter(({ price_id: id }) => id !== null)
    .map(
      (attempt) =>
        `\nCost of call ${String(attempt.ordinal)}, by the prices ${attempt.price_id ?? ''}\n${textTable(
          ['Count', 'Of', 'Price', 'Makes'],
          attempt.price.map((line) => [
            String(line.count),
            named[line.of],
            unitPrice(line),
            exactUsd([line]),
          ]),
        )}${sumText(attempt)}\n`,
    )
    .join('');
}

function sumText({ price, cost_micro_usd: cost }: Attempt): string {
  const sum = price.reduce(
    (total, { count, micro_usd_per_million: each }) => total + product(count, each),
    0n,
  );
  const shown = formatMicroUsd(cost);
  // A call's share of what an order's rounding takes and gives is less than one micro-USD.
  const isCut = sum - BigInt(cost) * 1_000_000n >= 1_000_000n;
  const why = isCut ? 'as much as was reserved for it' : 'in whole millionths of a dollar';
  return `Together ${exactUsd(price)}; charged ${shown}, ${why}.`;
}

function unitPrice({ of, micro_usd_per_million: each }: Line): string {
  const isByPiece = of === 'pictures' || of === 'searches';
  return isByPiece
    ? `${formatMicroUsd(Math.round(each / 1_000_000))} each`
    : `${formatMicroUsd(each)} a million`;
}

/** Every digit of it, at least two behind the point. */
function exactUsd(lines: readonly Line[]): string {
  const sum = lines.reduce(
    (total, { count, micro_usd_per_million: each }) => total + product(count, each),
    0n,
  );
  const digits = sum.toString().padStart(13, '0');
  return `$${digits.slice(0, -12)}.${digits.slice(-12).replace(/0{1,10}$/, '')}`;
}

const product = (count: number, each: number): bigint => BigInt(count) * BigInt(each);
