import type { ReactNode } from 'react';
import { formatExactMoney, formatMoney } from '../words/format.ts';

/** An amount, exact on hover. */
export function Money({ microUsd }: { readonly microUsd: number }): ReactNode {
  return <span title={formatExactMoney(microUsd)}>{formatMoney(microUsd)}</span>;
}
