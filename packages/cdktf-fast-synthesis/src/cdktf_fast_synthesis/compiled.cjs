// Compiled code of the kernel and of the files of packages that jsii has extracted, kept beside them, as Python keeps
// its own: taken for as long as the file is the same, and V8 finds it to be of its version and options.
'use strict';

const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

const { identityOf, keep } = require('./kept.cjs');

const SUFFIX = `.${process.version}.code`;
const unkept = [];

/** Compile a file and run it, as `module._compile`, which does it where code of it cannot be kept. */
exports.run = (module, source, filename, identity) => {
  const kept = keptOf(filename);
  if (!kept || source.includes('import(')) return module._compile(source, filename);
  const head = Buffer.from(`${identity ?? identityOf(filename)} ${source.length}\n`);
  const cachedData = read(kept, head);
  const script = new vm.Script(Module.wrap(source), { filename, cachedData });
  if (!cachedData || script.cachedDataRejected) unkept.push({ script, kept, head });
  const arguments_ = [module.exports, requireOf(module), module, filename, path.dirname(filename)];
  return script.runInThisContext().apply(module.exports, arguments_);
};

/** Where the code of a file is kept; not in the folder that jsii removes when it ends. */
function keptOf(filename) {
  const folder = path.dirname(filename);
  const isLasting = filename === process.argv[1] || fs.realpathSync(folder) !== folder;
  return isLasting ? filename + SUFFIX : undefined;
}

function read(kept, head) {
  try {
    const content = fs.readFileSync(kept);
    return content.subarray(0, head.length).equals(head) ? content.subarray(head.length) : undefined;
  } catch {
    return undefined;
  }
}

function requireOf(module) {
  const resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  resolve.paths = request => Module._resolveLookupPaths(request, module);
  const { _cache: cache, _extensions: extensions } = Module;
  return Object.assign(id => module.require(id), { resolve, cache, extensions, main: process.mainModule });
}

// At the end, when V8 has compiled the functions that were called, too.
process.on('exit', () => {
  if (process.env.PYTHONDONTWRITEBYTECODE) return;
  for (const { script, kept, head } of unkept) keep(kept, Buffer.concat([head, script.createCachedData()]));
});
