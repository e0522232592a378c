import { roomOf, sourceFiles } from '../../test/structure/source-files.ts';

/** Rooms that nearly all others import; their arrows would hide the rest. */
const ground = ['kernel', 'bytes', 'journey'];

/** Which room really imports which, as a Mermaid graph; arrows to the ground floor are left out. */
export function roomGraph(): string {
  const product = sourceFiles().filter(({ path }) => !path.startsWith('bench/'));
  const arrows = new Set(
    product.flatMap(({ room, own }) =>
      own
        .map(roomOf)
        .filter((target) => target !== room && !ground.includes(target))
        .map((target) => `  ${room} --> ${target}`),
    ),
  );
  return `\`\`\`mermaid\nflowchart TD\n${[...arrows].toSorted().join('\n')}\n\`\`\``;
}
