// Compiled code of the kernel and of the files of packages that jsii has extracted, kept beside them, as Python keeps
// its own: taken for as long as the file is the same, and V8 finds it to be of its version and options.
'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

const { identityOf, keep } = require('./kept.cjs');

const SUFFIX = `.${process.version}.code`;
const PACKAGE = /^.*?[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;
const lasting = new Map(); // by folder of a package
const unkept = [];

/** Compile a file with this source and run it; as `module._compile`, where code of it cannot be kept. */
exports.run = (module, filename, sourceOf, changes) => {
  const kept = filename + SUFFIX, identity = changes ? identityOfChanged(filename, changes) : identityOf(filename);
  const found = isLasting(filename) ? read(kept, identity) : undefined;
  const text = found?.text ?? Module.wrap(sourceOf());
  if (!isLasting(filename) || (!found && text.includes('import('))) return module._compile(sourceOf(), filename);
  const script = new vm.Script(text, { filename, cachedData: found?.code });
  if (!found || script.cachedDataRejected) unkept.push({ script, kept, identity, text });
  const arguments_ = [module.exports, requireOf(module), module, filename, path.dirname(filename)];
  return script.runInThisContext().apply(module.exports, arguments_);
};

/** Of a file that another changes, with the paths of some beside that. */
function identityOfChanged(filename, changes) {
  const known = JSON.stringify([identityOf(filename), identityOf(changes.by), changes]);
  return createHash('sha256').update(known).digest('hex');
}

/** Whether something can be kept beside a file: it is not in the folder that jsii removes when it ends. */
function isLasting(filename) {
  const folder = PACKAGE.exec(filename)?.[0] ?? path.dirname(filename);
  if (!lasting.has(folder)) lasting.set(folder, filename === process.argv[1] || fs.realpathSync(folder) !== folder);
  return lasting.get(folder);
}

/** The text and the code that were kept; beside each other, since the file itself is three times as long. */
function read(kept, identity) {
  try {
    const content = fs.readFileSync(kept), start = content.indexOf('\n') + 1;
    const [known, ...lengths] = content.toString('latin1', 0, start).split(' ');
    const end = start + Number(lengths[0]), isWhole = content.length === end + Number(lengths[1]);
    if (known !== identity || !isWhole) return undefined;
    return { text: content.toString('utf8', start, end), code: content.subarray(end) };
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
  for (const { script, kept, identity, text } of unkept) {
    const code = script.createCachedData(), head = `${identity} ${Buffer.byteLength(text)} ${code.length}\n`;
    keep(kept, Buffer.concat([Buffer.from(head + text), code]));
  }
});
