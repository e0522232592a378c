import type { SubjectName } from '../prompt-words.ts';
import type { Pen } from '../stage.ts';
import { place } from '../svg.ts';
import { accessory } from './accessories.ts';
import { sittingAnimal } from './animal.ts';
import { duck, owl, penguin, songbird } from './birds.ts';
import { castle, cottage, lighthouse } from './buildings.ts';
import type { DrawFigure, Figure } from './figure.ts';
import { burger, noodles, pizza } from './dishes.ts';
import { avocado, banana, fruitBowl, roundFruit, strawberry } from './fruit.ts';
import { cake, cup, heart, iceCream } from './sweets.ts';
import { astronaut, portrait, robot } from './people.ts';
import { bee, butterfly, cactus, houseplant, mushroom } from './plants.ts';
import { crab, fish, jellyfish, octopus, turtle, whale } from './sea-life.ts';
import { seaOtter } from './sea-otter.ts';
import { car, hotAirBalloon, rocket, sailboat, train } from './vehicles.ts';

const figures: Readonly<Partial<Record<SubjectName, DrawFigure>>> = {
  otter: seaOtter,
  bird: songbird,
  owl,
  penguin,
  duck,
  butterfly,
  bee,
  fish,
  whale,
  octopus,
  jellyfish,
  turtle,
  crab,
  robot,
  astronaut,
  car,
  boat: sailboat,
  rocket,
  balloon: hotAirBalloon,
  train,
  house: cottage,
  castle,
  lighthouse,
  banana,
  apple: roundFruit('apple'),
  orange: roundFruit('orange'),
  lemon: roundFruit('lemon'),
  strawberry,
  avocado,
  fruit: fruitBowl,
  cup,
  cake,
  noodles,
  pizza,
  icecream: iceCream,
  burger,
  mushroom,
  cactus,
  plant: houseplant,
  heart,
  person: portrait,
};

/** Draws a subject with what the prompt has it wear. Every animal without a drawing of its own sits, front on. */
export function drawSubject(name: SubjectName, pen: Pen): Figure {
  const figure = figures[name]?.(pen) ?? sittingAnimal(name, pen);
  const { head } = figure;
  if (head === undefined || pen.motif.accessories.length === 0) return figure;
  const worn = pen.motif.accessories
    .filter((wear) => wear !== 'scarf' || figure.stance === 'stands')
    .map((wear) =>
      place(accessory(wear, pen), { x: head.x, y: head.y + head.width * 0.06, scale: head.width / 104 }),
    )
    .join('');
  return { ...figure, svg: figure.svg + worn, height: figure.height + 24 };
}
