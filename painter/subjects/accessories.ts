import { darken, lighten } from '../colour.ts';
import type { AccessoryName } from '../prompt-motif.ts';
import type { Pen } from '../stage.ts';
import { circle, ellipse, opacity, path, place, rect, stroke } from '../svg.ts';

/** Something to wear, about 100 units wide, its lower edge at the origin. */
export function accessory(name: AccessoryName, pen: Pen): string {
  const { palette } = pen;
  const first = palette.accent;
  const second = palette.accentTwo;
  switch (name) {
    case 'hat':
      return (
        ellipse(0, 2, 58, 12, darken(first, 0.3)) +
        path('M-34 0C-36 -34 -32 -54 -28 -60Q0 -70 28 -60C32 -54 36 -34 34 0Q0 10 -34 0Z', first) +
        path('M-35 -18Q0 -8 35 -18L34 0Q0 10 -34 0Z', second) +
        ellipse(-12, -46, 8, 5, lighten(first, 0.4), opacity(0.6))
      );
    case 'crown':
      return (
        path(
          'M-44 4L-50 -46L-24 -22L0 -58L24 -22L50 -46L44 4Q0 14 -44 4Z',
          '#f6c544',
          'stroke="#e0a02a" stroke-width="3" stroke-linejoin="round"',
        ) +
        circle(0, -58, 6, '#ef5a5a') +
        circle(-50, -46, 5, '#5ab0e8') +
        circle(50, -46, 5, '#5ab0e8') +
        circle(0, -10, 8, '#ef5a5a') +
        circle(-24, -8, 5, '#5ac48a') +
        circle(24, -8, 5, '#5ac48a')
      );
    case 'scarf':
      return (
        path('M-54 70Q0 96 54 70L56 90Q0 118 -56 90Z', first) +
        path('M20 96L50 88L48 140L26 138Z', darken(first, 0.14)) +
        stroke('M27 124l21 2M26 112l23 2', lighten(first, 0.5), 4)
      );
    case 'glasses':
      return (
        circle(-24, 44, 19, '#20202c', 'fill-opacity="0.82"') +
        circle(24, 44, 19, '#20202c', 'fill-opacity="0.82"') +
        stroke('M-6 42q6 -6 12 0M-43 40L-54 34M43 40L54 34', '#20202c', 5) +
        stroke('M-34 40L-24 32M14 40L24 32', '#ffffff', 4, opacity(0.7)) +
        circle(-24, 44, 19, 'none', `stroke="${second}" stroke-width="5"`) +
        circle(24, 44, 19, 'none', `stroke="${second}" stroke-width="5"`)
      );
    case 'bow':
      return place(
        path('M0 0C-16 -24 -46 -26 -46 -4C-46 20 -16 22 0 4C16 22 46 20 46 -4C46 -26 16 -24 0 0Z', first) +
          circle(0, 1, 10, darken(first, 0.16)) +
          stroke('M-36 -4h14M36 -4h-14', darken(first, 0.2), 3),
        { x: 30, y: 4, rotate: 16 },
      );
    case 'party':
      return (
        path('M-34 6L0 -82L34 6Q0 16 -34 6Z', first) +
        stroke('M-24 -20Q0 -10 24 -20M-14 -46Q0 -38 14 -46', second, 8) +
        Array.from({ length: 9 }, (_, index) =>
          place(stroke('M0 0V-14', index % 2 === 0 ? '#f7d052' : '#ffffff', 5), {
            y: -82,
            rotate: index * 40,
          }),
        ).join('')
      );
    case 'santa':
      return (
        path('M-46 2C-44 -50 -6 -74 36 -64C60 -56 66 -34 64 -14C52 -34 46 -26 44 2Z', '#d9403f') +
        rect(-54, -10, 106, 24, '#fffaf2', 12) +
        circle(63, -10, 15, '#fffaf2')
      );
    case 'wizard':
      return (
        ellipse(0, 2, 68, 13, '#39347f') +
        path('M-38 2C-26 -40 -14 -82 18 -104C10 -84 26 -40 38 2Q0 14 -38 2Z', '#4a45a0') +
        path('M-37 -6Q0 8 37 -6L39 4Q0 14 -38 4Z', '#f6c544') +
        [
          [-8, -38, 1],
          [12, -58, 0.7],
          [16, -22, 0.8],
        ]
          .map(([x = 0, y = 0, scale = 1]) =>
            place(path('M0 -10L3 -3L10 -3L4.500 2L7 9L0 5L-7 9L-4.500 2L-10 -3L-3 -3Z', '#f9d860'), {
              x,
              y,
              scale,
            }),
          )
          .join('')
      );
    case 'flower':
      return [-40, -20, 0, 20, 40]
        .map((x, index) =>
          place(
            Array.from({ length: 6 }, (_, petal) =>
              place(ellipse(0, -9, 5, 8, index % 2 === 0 ? first : '#fff4e0'), { rotate: petal * 60 }),
            ).join('') + circle(0, 0, 5, '#f8c94a'),
            { x, y: -Math.cos(x / 30) * 8, scale: 1.1 },
          ),
        )
        .join('');
  }
}
