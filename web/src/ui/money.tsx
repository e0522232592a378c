import type { ReactNode } from 'react';
import { formatExactMoney, formatMoney } from '../words/format.ts';

/** An amount, exact on hover. In a table `format` is that of its column. */
export function Money({
  microUsd,
  format = formatMoney,
}: {
  readonly microUsd: number;
  readonly format?: (microUsd: number) => string;
}): ReactNode {
  return <span title={formatExactMoney(microUsd)}>{format(microUsd)}</span>;
}
