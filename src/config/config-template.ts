import { configFields } from './config-fields.ts';
import { aliasesDescription, modelsDescription } from './explain-config.ts';

const catalogueExample = `# ${modelsDescription}
#models:
#  my-model:
#    extends: gemini-nano-banana-2.1
#    display_name: My model
#    image_sizes: ["1K", "2K"]

# ${aliasesDescription}
#aliases:
#  house-style: my-model
`;

/** A plantain.yaml with every setting, commented out at its default. */
export function configTemplate(): string {
  const lines = ['# Plantain: every setting, at its default. Take the "#" away from those you change.', ''];
  let section = '';
  for (const field of configFields) {
    const [first = '', second] = field.yamlName.split('.');
    if (second !== undefined && first !== section) {
      lines.push(`#${first}:`);
      section = first;
    }
    const indent = second === undefined ? '' : '  ';
    lines.push(
      `${second === undefined ? '# ' : '#  # '}${field.description}`,
      `#${indent}${second ?? first}:${example(field)}`,
      '',
    );
  }
  return `${lines.join('\n')}\n${catalogueExample}`;
}

function example({ default: value, defaultText, kind }: (typeof configFields)[number]): string {
  const fixed = value !== undefined && defaultText === kind.format(value);
  if (fixed) return ` ${defaultText}`;
  return Array.isArray(value) && value.length === 0 ? ' []' : `  # ${defaultText}`;
}
