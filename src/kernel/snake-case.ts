/** `maxHeldBytes` → `max_held_bytes`: a name of the code as files, reports and the API spell it. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
