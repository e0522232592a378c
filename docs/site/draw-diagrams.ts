import { renderMermaidSVG } from 'beautiful-mermaid';

interface MarkdownIt {
  renderer: { rules: { fence?: FenceRule } };
}

type FenceRule = (
  tokens: readonly { info: string; content: string }[],
  index: number,
  ...rest: never[]
) => string;

const papers = {
  light: { bg: '#ffffff', fg: '#3c3c43' },
  dark: { bg: '#1b1b1f', fg: '#dfdfd6' },
} as const;

/** Draws the Mermaid diagrams of the pages when the site is built: a reader's browser loads nothing for them. */
export function drawDiagrams(markdown: MarkdownIt): void {
  const fence = markdown.renderer.rules.fence;
  markdown.renderer.rules.fence = (tokens, index, ...rest) => {
    const { info = '', content = '' } = tokens[index] ?? {};
    if (info.trim() !== 'mermaid') return fence?.(tokens, index, ...rest) ?? '';
    return Object.entries(papers)
      .map(
        ([paper, colours]) =>
          `<img class="diagram on-${paper}" alt="Diagram" src="${picture(content, colours)}">`,
      )
      .join('');
  };
}

/** As a picture, because its style sheet is for itself alone. The font that it would fetch is left out. */
function picture(diagram: string, colours: { bg: string; fg: string }): string {
  const svg = renderMermaidSVG(diagram, { ...colours, transparent: true }).replace(
    /@import url\([^)]*\);/,
    '',
  );
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

/** Shows of each diagram the one that was drawn for the paper. */
export const diagramStyle = '.on-dark, .dark .on-light { display: none } .dark .on-dark { display: inline }';
