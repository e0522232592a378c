/** What a shell draws the first picture with. The key stays a variable: pages know none. */
export function firstOrderCommand(): string {
  const base = new URL('../v1', document.baseURI).href;
  return `curl ${base}/images/generations \\
  -H "Authorization: Bearer $PLANTAIN_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"prompt": "an otter reading a map"}'`;
}
