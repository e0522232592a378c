import { darken, lighten, mix } from '../colour.ts';
import { circle, ellipse, opacity, path, place, stroke } from '../svg.ts';
import type { Coat } from './animal-coats.ts';

const both = (one: (side: -1 | 1) => string): string => one(-1) + one(1);

export function drawEars(kind: Coat['ears'], fur: string, inside: string): string {
  switch (kind) {
    case 'pointed':
      return both((side) =>
        place(
          path(
            'M14 -20C20 -52 40 -66 46 -64C54 -58 56 -30 50 2Z',
            fur,
            `stroke="${fur}" stroke-width="4" stroke-linejoin="round"`,
          ) + path('M25 -26C29 -44 39 -53 43 -52C48 -46 48 -28 45 -12Z', inside),
          { flip: side < 0 },
        ),
      );
    case 'round':
      return both((side) => circle(side * 38, -36, 19, fur) + circle(side * 38, -35, 10.5, inside));
    case 'big':
      return both((side) => circle(side * 50, -26, 29, fur) + circle(side * 51, -24, 19, inside));
    case 'long':
      return both((side) =>
        place(
          path('M10 -30C4 -76 14 -112 26 -112C40 -112 40 -70 30 -26Z', fur) +
            path('M17 -40C14 -74 20 -98 26 -98C33 -98 32 -68 26 -38Z', inside),
          { flip: side < 0, rotate: side * 6 },
        ),
      );
    case 'floppy':
      return both((side) =>
        place(path('M22 -40C46 -52 66 -34 66 -6C66 18 56 26 49 20C42 12 44 -8 30 -24Z', inside), {
          flip: side < 0,
        }),
      );
    case 'side':
      return both((side) =>
        place(
          path('M40 -18C56 -36 80 -32 84 -22C82 -8 60 0 42 -4Z', fur) +
            path('M50 -18C60 -27 74 -26 77 -21C74 -12 60 -8 49 -9Z', inside),
          { flip: side < 0 },
        ),
      );
    case 'none':
      return '';
  }
}

export function drawTail(kind: Coat['tail'], fur: string, belly: string): string {
  const dark = darken(fur, 0.14);
  switch (kind) {
    case 'bushy':
      return (
        path('M26 -8C74 -2 98 -40 88 -84C86 -98 72 -104 66 -94C60 -70 52 -48 24 -34Z', dark) +
        path('M88 -84C86 -98 72 -104 66 -94C64 -86 62 -80 60 -74Q74 -66 90 -72Q90 -78 88 -84Z', belly)
      );
    case 'ringed':
      return (
        path('M26 -8C76 0 100 -40 90 -86C88 -98 74 -102 68 -92C62 -68 50 -46 24 -32Z', dark) +
        stroke('M52 -34Q64 -24 70 -14M64 -54Q76 -46 86 -40M68 -74Q80 -68 90 -66', darken(fur, 0.55), 8)
      );
    case 'thin':
      return stroke('M30 -14C66 -6 78 -34 68 -58C64 -70 72 -82 82 -78', dark, 13);
    case 'puff':
      return circle(48, -20, 17, lighten(belly, 0.4)) + circle(58, -26, 10, lighten(belly, 0.4));
    case 'dragon':
      return (
        path('M24 -30C60 -34 78 -16 104 -30C108 -18 96 0 66 2C44 4 30 0 22 -4Z', dark) +
        path('M98 -44L118 -34L104 -14Z', darken(fur, 0.3))
      );
    case 'none':
      return '';
  }
}

export function drawHorns(kind: NonNullable<Coat['horns']>): string {
  switch (kind) {
    case 'antlers':
      return both((side) =>
        place(stroke('M16 -40Q24 -66 44 -80M24 -58Q38 -60 46 -54M33 -70Q34 -84 30 -92', '#8a6244', 7), {
          flip: side < 0,
        }),
      );
    case 'cow':
      return both((side) =>
        place(path('M24 -40Q28 -58 44 -60Q42 -46 40 -34Z', '#d9b98c'), { flip: side < 0 }),
      );
    case 'unicorn':
      return (
        path('M-9 -42L0 -98L9 -42Z', '#f7c948') +
        stroke('M-6 -54L6 -60M-4 -66L5 -72M-3 -78L3 -82', '#e09f2d', 2.6)
      );
    case 'dragon':
      return (
        both((side) => place(path('M18 -40Q26 -64 46 -74Q42 -54 38 -30Z', '#f4d9a0'), { flip: side < 0 })) +
        path('M-10 -44L0 -64L10 -44Z', '#f6b35e')
      );
  }
}

export function drawFace(coat: Coat, fur: string, belly: string): string {
  const pale = lighten(belly, 0.3);
  switch (coat.face) {
    case 'fox':
      return (
        path(
          'M0 44C30 44 54 26 57 4C40 0 26 2 18 14Q8 26 0 22Q-8 26 -18 14C-26 2 -40 0 -57 4C-54 26 -30 44 0 44Z',
          coat.tail === 'ringed' ? '#fff1e2' : pale,
        ) +
        ellipse(-21, -21, 7, 4, pale, opacity(0.9)) +
        ellipse(21, -21, 7, 4, pale, opacity(0.9))
      );
    case 'panda':
      return both((side) =>
        place(ellipse(0, 0, 16, 19.5, '#2f2a38'), { x: side * 23, y: -1, rotate: side * 26 }),
      );
    case 'raccoon':
      return (
        path(
          'M-55 2C-40 -18 -14 -16 0 -2C14 -16 40 -18 55 2C44 20 20 18 0 8C-20 18 -44 20 -55 2Z',
          '#4a4756',
        ) +
        ellipse(0, 22, 20, 17, pale) +
        stroke('M-44 -17Q-24 -27 -8 -15M44 -17Q24 -27 8 -15', pale, 6)
      );
    case 'monkey':
      return path(
        'M0 -8C10 -26 42 -24 42 0C44 28 26 40 0 40C-26 40 -44 28 -42 0C-42 -24 -10 -26 0 -8Z',
        belly,
      );
    case 'muzzle':
      return ellipse(0, 21, 23, 17.5, pale);
    case 'wool':
      return path('M-34 -16C-34 -34 34 -34 34 -16C38 20 22 40 0 40C-22 40 -38 20 -34 -16Z', '#5a4a4c');
    case 'frog':
      return (
        both((side) => circle(side * 28, -36, 19, fur) + circle(side * 28, -37, 13, '#fdfbe8')) +
        ellipse(0, 22, 44, 18, belly, opacity(0.7))
      );
    case 'plain':
    case 'snout':
      return '';
  }
}

export function drawNose(coat: Coat, ink: string, fur: string): string {
  if (coat.trunk === true)
    return (
      stroke('M0 8C0 36 -2 54 16 58C26 60 30 50 26 44', fur, 22) +
      stroke('M-9 24q9 4 18 0M-8 36q9 5 17 1M-2 49q8 3 12 -6', darken(fur, 0.16), 2.4)
    );
  if (coat.face === 'snout')
    return (
      ellipse(0, 20, 27, 19, mix(fur, '#ee8796', 0.6)) +
      ellipse(-9, 20, 4, 6, '#8a4a5a') +
      ellipse(9, 20, 4, 6, '#8a4a5a')
    );
  if (coat.face === 'frog')
    return stroke('M-32 12Q0 36 32 12', ink, 3.4) + circle(-5, 4, 1.6, ink) + circle(5, 4, 1.6, ink);
  if (coat.face === 'plain')
    return (
      ellipse(0, 10, 11, 15, ink) +
      ellipse(-3, 4, 3.4, 4, '#8d8290', opacity(0.8)) +
      stroke('M-9 29Q0 35 9 29', ink, 2.4)
    );
  const rabbitish = coat.ears === 'long' || coat.ears === 'pointed' || coat.ears === 'big';
  const nose = rabbitish && coat.face === 'muzzle' && coat.tail !== 'bushy' ? '#e8808a' : ink;
  const tint = coat.face === 'wool' ? '#e9a7a7' : nose;
  return (
    stroke('M0 17V22M0 22Q-7 30 -13 23M0 22Q7 30 13 23', coat.face === 'wool' ? '#e9c9c0' : ink, 2.4) +
    path('M-9 9Q0 5 9 9Q9 15 0 19Q-9 15 -9 9Z', tint) +
    ellipse(-3, 10, 3, 1.4, '#ffffff', opacity(0.5))
  );
}
