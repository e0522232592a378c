/** The oldest Node.js that Plantain runs on: node:sqlite is usable from there on. */
export const oldestNode = '24.15';

/** Whether a Node.js of this version can run it. The launcher has the same rule, for a Node.js that reads no TypeScript. */
export function isNodeNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
