// cdktf formats, for each token, the calls that led to it, which only errors show: formatted when first read.
'use strict';

let isCapturing = true;

/** Format a stack when it is read; for what cdktf/lib/tokens/private/stack-trace.js exports. */
exports.captureLazily = exported => {
  if (!String(exported.captureStackTrace).includes('Error.captureStackTrace(object, below)')) return;
  exported.captureStackTrace = function captureStackTrace(below) {
    if (!isCapturing) return [];
    const object = {}, limit = Error.stackTraceLimit;
    Error.stackTraceLimit = Number.MAX_SAFE_INTEGER;
    Error.captureStackTrace(object, below || captureStackTrace);
    Error.stackTraceLimit = limit;
    const lines = () => (object.stack || '').split('\n').slice(1).map(line => line.replace(/^\s*at\s+/, ''));
    return filledWhenRead(lines);
  };
  captureCreationLazily(exported);
};

/** The same for cdktn, which captures by a function that an environment variable switches off. */
function captureCreationLazily(exported) {
  if (!String(exported.captureCreationStack).includes('return captureStackTrace(captureCreationStack)')) return;
  exported.captureCreationStack = function captureCreationStack() {
    const isOff = ['true', '1'].includes(process.env.CDKTN_DISABLE_CREATION_STACK);
    return isOff ? [] : exported.captureStackTrace(captureCreationStack);
  };
}

/** Call a function; the tokens it makes have no stack. */
exports.withoutStackTraces = make => {
  isCapturing = false;
  try {
    return make();
  } finally {
    isCapturing = true;
  }
};

function filledWhenRead(items) {
  const filled = array => {
    if (items) array.push(...items());
    items = undefined;
    return array;
  };
  const traps = ['get', 'has', 'ownKeys', 'getOwnPropertyDescriptor'];
  const handler = traps.map(trap => [trap, (array, ...rest) => Reflect[trap](filled(array), ...rest)]);
  return new Proxy([], Object.fromEntries(handler));
}
