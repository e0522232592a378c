export interface Bar {
  readonly label: string;
  readonly value: number;
  /** As printed behind the bar. */
  readonly text: string;
  readonly isOurs: boolean;
}

export interface BarGroup {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const widthPx = 760;
const labelWidthPx = 230;
const valueWidthPx = 110;
const barHeightPx = 16;
const barStepPx = 24;
const groupHeadPx = 34;

/** Horizontal bars from zero, one scale a group, as a stand-alone SVG that follows the reader's light or dark page. */
export function barChart(title: string, groups: readonly BarGroup[]): string {
  const parts: string[] = [];
  let y = 44;
  for (const group of groups) {
    parts.push(text(0, y + 14, 'group', group.title));
    y += groupHeadPx;
    const most = Math.max(...group.bars.map(({ value }) => value));
    for (const bar of group.bars) {
      const length = Math.max(1.5, ((widthPx - labelWidthPx - valueWidthPx) * bar.value) / most);
      const baseline = y + barHeightPx - 4;
      parts.push(
        text(labelWidthPx - 10, baseline, 'label', bar.label, 'end'),
        `<rect x="${labelWidthPx}" y="${y}" width="${length.toFixed(1)}" height="${barHeightPx}" rx="2" class="${bar.isOurs ? 'ours' : 'theirs'}"/>`,
        text(labelWidthPx + length + 8, baseline, 'value', bar.text),
      );
      y += barStepPx;
    }
    y += 12;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widthPx} ${y}" width="${widthPx}" height="${y}" role="img" aria-label="${escape(title)}">
<style>
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-size: 16px; font-weight: 600 }
.group { font-weight: 600 }
.value { fill: #57606a }
.ours { fill: #d99a00 }
.theirs { fill: #8c959f }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .value { fill: #9da7b3 } .ours { fill: #f2c14e } .theirs { fill: #6e7681 } }
</style>
${text(0, 20, 'title', title)}
${parts.join('\n')}
</svg>
`;
}

function text(x: number, y: number, className: string, content: string, anchor = 'start'): string {
  return `<text x="${x.toFixed(1)}" y="${y}" class="${className}" text-anchor="${anchor}">${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
