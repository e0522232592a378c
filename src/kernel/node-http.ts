/**
 * Node's own HTTP. By an `import` of its values Node would also load the undici that it brings along, for `WebSocket`: as
 * long as a whole probe takes, and 9 MB for good (docs/decisions/2026-11-24-memory-of-a-server.md).
 */
export const http = process.getBuiltinModule('node:http');
