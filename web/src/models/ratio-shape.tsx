import type { ReactNode } from 'react';

const edge = 18;

/** A frame of the ratio's shape. */
export function RatioShape({ ratio }: { readonly ratio: string }): ReactNode {
  const [wide = 1, high = 1] = ratio.split(':').map(Number);
  const scale = edge / Math.max(wide, high);
  const width = Math.max(3, wide * scale);
  const height = Math.max(3, high * scale);
  return (
    <svg width={edge + 2} height={edge + 2} viewBox={`-1 -1 ${edge + 2} ${edge + 2}`} aria-hidden="true">
      <rect
        x={(edge - width) / 2}
        y={(edge - height) / 2}
        width={width}
        height={height}
        rx="1.5"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
      />
    </svg>
  );
}
