/**
 * Lint rules of the house. Each guards a promise a reviewer would otherwise have to remember:
 * - env-only-in-config: one room reads the environment, so `config explain` can tell the whole truth.
 * - no-global-fetch: every outgoing call goes through an agent with explicit timeouts.
 * - no-image-strings: on the byte path image bytes never become JavaScript strings or one big copy.
 * - no-accessor-literals: V8 makes a hidden class of its own for each object written with accessors, in the old heap, and
 *   it holds whatever their closures see until the next full collection (docs/performance.md, "What was tried").
 */
const BYTE_PATH = [
  /src\/bytes\/(?:json-scanner|captured-text|byte-sink|base64-image)\.ts$/,
  /src\/upstreams\/[a-z-]+\/[a-z-]+\.ts$/,
  /src\/openai\/(?:images|shared)\/write-[a-z-]+\.ts$/,
  /src\/server\/send-answer\.ts$/,
];
const STRING_MAKERS = new Set([
  'toString',
  'latin1Slice',
  'utf8Slice',
  'asciiSlice',
  'base64Slice',
  'decode',
]);

const path = (context) => (context.filename ?? context.getFilename()).replaceAll('\\', '/');

const envOnlyInConfig = {
  create(context) {
    if (/src\/config\//.test(path(context))) return {};
    return {
      MemberExpression(node) {
        if (
          node.object.type === 'Identifier' &&
          node.object.name === 'process' &&
          node.property.name === 'env'
        ) {
          context.report({
            node,
            message: 'Only src/config reads the environment. Take the value from the loaded configuration.',
          });
        }
      },
    };
  },
};

const noGlobalFetch = {
  create(context) {
    return {
      CallExpression(node) {
        if (node.callee.type === 'Identifier' && node.callee.name === 'fetch') {
          context.report({
            node,
            message: 'Use undici.request with an agent that names its timeouts, not the global fetch.',
          });
        }
      },
    };
  },
};

const noImageStrings = {
  create(context) {
    if (!BYTE_PATH.some((pattern) => pattern.test(path(context)))) return {};
    return {
      CallExpression(node) {
        if (node.callee.type !== 'MemberExpression') return;
        const object = node.callee.object.type === 'Identifier' ? node.callee.object.name : '';
        const name = node.callee.property.name;
        const forbidden =
          STRING_MAKERS.has(name) ||
          (object === 'Buffer' && name === 'concat') ||
          (object === 'JSON' && name === 'parse');
        if (forbidden) {
          context.report({
            node,
            message: `No ${name} on the byte path: image bytes stay bytes. Small, bounded text goes through bytes/small-json.ts.`,
          });
        }
      },
    };
  },
};

/** Rooms whose objects live as long as the process, or run once. */
const ONCE_A_PROCESS = /src\/(?:app|cli)\//;

const noAccessorLiterals = {
  create(context) {
    if (!/\/src\//.test(path(context)) || ONCE_A_PROCESS.test(path(context))) return {};
    return {
      Property(node) {
        if (node.kind === 'get' || node.kind === 'set') {
          context.report({
            node,
            message:
              'No accessors in an object literal: each such object keeps its whole order in the old heap. Use a class, a method or a plain field.',
          });
        }
      },
    };
  },
};

export default {
  meta: { name: 'plantain' },
  rules: {
    'env-only-in-config': envOnlyInConfig,
    'no-global-fetch': noGlobalFetch,
    'no-image-strings': noImageStrings,
    'no-accessor-literals': noAccessorLiterals,
  },
};
