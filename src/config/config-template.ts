import { configSettings } from './config-schema.ts';
import type { Setting } from './settings.ts';

/** A plantain.yaml with every setting, commented out at its default. */
export function configTemplate(): string {
  const lines = ['# Plantain: every setting, at its default. Take the "#" away from those you change.', ''];
  let section = '';
  for (const setting of configSettings) {
    const [first = '', second] = setting.name.split('.');
    if (second !== undefined && first !== section) lines.push(`#${first}:`);
    section = first;
    const indent = second === undefined ? '' : '  ';
    lines.push(
      `#${indent}${second === undefined ? ' ' : '# '}${setting.description ?? ''}`,
      `#${indent}${second ?? first}:${valueOf(setting)}`,
      '',
    );
  }
  return lines.join('\n');
}

function valueOf({ default: fixed, defaultText, format, example }: Setting): string {
  if (example !== undefined) return `\n${example.replaceAll(/^/gm, '#  ')}`;
  if (fixed !== undefined && defaultText === format?.(fixed)) return ` ${defaultText}`;
  return Array.isArray(fixed) && fixed.length === 0 ? ' []' : `  # ${defaultText}`;
}
