import { darken, lighten, lightnessOf, mix } from '../colour.ts';
import type { SubjectName } from '../prompt-words.ts';
import type { Pen } from '../stage.ts';
import { circle, ellipse, opacity, path, place, stroke } from '../svg.ts';
import { animalCoats, type Coat } from './animal-coats.ts';
import { drawEars, drawFace, drawHorns, drawNose, drawTail } from './animal-parts.ts';
import { blush, coat as coatColour, dozingEyes, eyes, type Figure, groundShadow } from './figure.ts';

const wool = (half: number, tall: number, fill: string): string =>
  Array.from({ length: 14 }, (_, index) =>
    circle(Math.cos((index / 14) * 6.283) * half, Math.sin((index / 14) * 6.283) * tall, 15, fill),
  ).join('') + ellipse(0, 0, half, tall, fill);

function mane(coat: Coat, colour: string): string {
  if (coat.horns === 'unicorn')
    return (
      path('M-8 -52C-50 -58 -72 -20 -62 34C-58 52 -44 56 -40 46C-46 20 -40 -10 -8 -30Z', colour) +
      path('M6 -52C-30 -60 -46 -26 -34 -10C-24 -20 -6 -24 14 -40Z', lighten(colour, 0.3))
    );
  return (
    Array.from({ length: 16 }, (_, index) =>
      place(ellipse(0, -56, 17, 22, index % 2 === 0 ? colour : darken(colour, 0.12)), {
        rotate: index * 22.5,
      }),
    ).join('') + circle(0, 0, 56, colour)
  );
}

/** A sitting animal seen from the front: big head, small body, bright eyes. About 180 units tall. */
export function sittingAnimal(name: SubjectName, pen: Pen): Figure {
  const coat = animalCoats[name] ?? animalCoats.cat;
  if (coat === undefined) throw new Error(`No coat is known for ${name}.`);
  const { random, palette, drawing } = pen;
  const fur = coatColour(pen, random.pick(coat.fur));
  const belly = palette.lit(coat.belly);
  const dark = darken(fur, 0.14);
  const paws = coat.paws === undefined ? fur : palette.lit(coat.paws);
  const inside =
    name === 'panda'
      ? palette.lit('#2f2a38')
      : name === 'dog'
        ? darken(fur, 0.26)
        : palette.lit(coat.earInside);
  const earFur = name === 'panda' ? inside : coat.face === 'wool' ? palette.lit('#5a4a4c') : fur;
  const ink = '#2c1d28';
  const pale = lightnessOf(fur) < 0.5;
  const stripe = darken(fur, pale ? 0.4 : 0.32);
  const blink = random.chance(0.16);
  const tilt = random.range(-6, 6);
  const eyeY = coat.face === 'frog' ? -37 : -4;
  const eyeApart = coat.face === 'frog' ? 28 : coat.face === 'wool' ? 17 : 23;
  const whitened = name === 'panda' || coat.face === 'raccoon' || coat.face === 'wool' || pale;
  const look =
    blink && !whitened
      ? dozingEyes(0, eyeY, eyeApart, 8, ink)
      : (whitened ? circle(-eyeApart, eyeY, 9.6, '#fffaf0') + circle(eyeApart, eyeY, 9.6, '#fffaf0') : '') +
        eyes(0, eyeY, eyeApart, 7.8, ink);
  const head =
    (coat.mane === undefined ? '' : mane(coat, palette.lit(coat.mane))) +
    (coat.ears === 'floppy' ? '' : drawEars(coat.ears, earFur, inside)) +
    (coat.horns === undefined ? '' : drawHorns(coat.horns)) +
    (coat.face === 'wool'
      ? wool(46, 40, fur)
      : path(
          'M0 -48C34 -48 58 -28 60 2C61 32 36 46 0 46C-36 46 -61 32 -60 2C-58 -28 -34 -48 0 -48Z',
          drawing.linear([
            [0, lighten(fur, 0.12)],
            [1, fur],
          ]),
        )) +
    (coat.spots === true && coat.horns === 'cow'
      ? path('M-58 -8C-50 -40 -24 -48 -6 -46C0 -28 -16 6 -38 12C-50 14 -58 6 -58 -8Z', palette.lit('#4a3c44'))
      : '') +
    drawFace(coat, fur, belly) +
    (coat.stripes === true
      ? stroke('M0 -46V-30M-13 -44L-10 -31M13 -44L10 -31', stripe, 5) +
        stroke('M-58 4h13M-56 15h11M58 4h-13M56 15h-11', stripe, 4.4)
      : '') +
    (coat.ears === 'floppy'
      ? drawEars('floppy', fur, name === 'pig' ? palette.lit('#e98d9a') : inside)
      : '') +
    blush(0, 15, 40, 8.4, '#f4897f') +
    look +
    drawNose(coat, ink, fur) +
    (coat.whiskers === true
      ? stroke('M-24 18L-52 13M-24 23L-50 28M24 18L52 13M24 23L50 28', lighten(fur, 0.6), 1.7, opacity(0.8))
      : '');
  const limb = (side: number): string =>
    path(
      `M${side * 7} -4C${side * 6} -42 ${side * 10} -54 ${side * 18} -54C${side * 30} -54 ${side * 30} -30 ${side * 30} -8Q${side * 30} 2 ${side * 18} 2Q${side * 7} 2 ${side * 7} -4Z`,
      paws,
    ) + stroke(`M${side * 15} -5v5M${side * 22} -5v5`, darken(paws, 0.24), 2);
  const haunch = (side: number): string =>
    ellipse(side * 36, -18, 22, 23, mix(dark, fur, 0.3)) +
    ellipse(side * 39, -3, 19, 9, coat.paws === undefined ? dark : paws);
  const body =
    groundShadow(74) +
    drawTail(
      coat.tail,
      coat.horns === 'unicorn' && coat.mane !== undefined ? palette.lit(coat.mane) : fur,
      coat.tail === 'ringed' ? fur : belly,
    ) +
    haunch(-1) +
    haunch(1) +
    (coat.face === 'wool'
      ? place(wool(40, 42, fur), { y: -48 })
      : path(
          'M0 -98C30 -98 46 -52 46 -22C46 0 24 2 0 2C-24 2 -46 0 -46 -22C-46 -52 -30 -98 0 -98Z',
          drawing.linear([
            [0, dark],
            [0.4, fur],
            [1, mix(fur, dark, 0.5)],
          ]),
        )) +
    (coat.face === 'wool'
      ? ''
      : path('M0 -78C18 -78 25 -50 23 -26Q12 -10 0 -10Q-12 -10 -23 -26C-25 -50 -18 -78 0 -78Z', belly)) +
    (coat.stripes === true ? stroke('M-44 -42h13M-46 -28h12M44 -42h-13M46 -28h-12', stripe, 5) : '') +
    (coat.spots === true
      ? coat.horns === 'cow'
        ? ellipse(34, -56, 12, 16, palette.lit('#4a3c44'))
        : [
            [-36, -52],
            [-38, -36],
            [36, -50],
            [38, -34],
          ]
            .map(([x = 0, y = 0]) => circle(x, y, 3.6, lighten(fur, 0.6)))
            .join('')
      : '') +
    limb(-1) +
    limb(1);
  return {
    svg: body + place(head, { y: -116, rotate: tilt }),
    width: 150,
    height: coat.ears === 'long' ? 226 : 188,
    stance: 'stands',
    head: { x: tilt * 0.7, y: -160, width: 92 },
  };
}
