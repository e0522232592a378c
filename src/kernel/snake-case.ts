/** `maxHeldBytes` → `max_held_bytes`: a name of the code as files, reports and the API spell it. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `max_held_bytes` → `maxHeldBytes`: the other way round. */
export function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
