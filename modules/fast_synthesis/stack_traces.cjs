// cdktf writes out, for each token, the calls that led to it, which only errors show: written when first read.
'use strict';

let areWritten = true;

/** Write a stack when it is read; for what cdktf/lib/tokens/private/stack-trace.js exports. */
exports.writeLater = exported => {
  if (!String(exported.captureStackTrace).includes('Error.captureStackTrace(object, below)')) return;
  exported.captureStackTrace = function captureStackTrace(below) {
    if (!areWritten) return [];
    const object = {}, limit = Error.stackTraceLimit;
    Error.stackTraceLimit = Number.MAX_SAFE_INTEGER;
    Error.captureStackTrace(object, below || captureStackTrace);
    Error.stackTraceLimit = limit;
    const lines = () => (object.stack || '').split('\n').slice(1).map(line => line.replace(/^\s*at\s+/, ''));
    return filledWhenRead(lines);
  };
};

/** What a function makes, of tokens that have no stack. */
exports.without = make => {
  areWritten = false;
  try {
    return make();
  } finally {
    areWritten = true;
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
