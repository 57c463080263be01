// Preloaded into Node by node.py: files are loaded when they are first used, and some of cdktf's functions replaced.
'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const Module = require('node:module');
const util = require('node:util');

const { GENERATED, findFaster } = require('./filenames.cjs');

// Parts that are switched off, as parts.py reads them.
const without = (process.env.FAST_SYNTHESIS_WITHOUT ?? '').split(',').map(name => name.trim());
const loadsFilesLater = !without.includes('node_files');

// A kernel that was started directly ends on a Node jsii may have a warning for; jsii's own start prints it.
const versions = process.env.FAST_SYNTHESIS_NODE;
delete process.env.FAST_SYNTHESIS_NODE; // not for the programs that a construct may start
if (versions && !versions.split(',').includes(process.versions.node.split('.')[0])) process.exit(1);

// The kernel writes out each type of each argument, for the message of an assertion that holds: as JSON, at a
// tenth of the cost.
if (versions) {
  const isType = value => typeof value === 'object' && typeof value?.type === 'object';
  util.inspect = new Proxy(util.inspect, {
    apply: (inspect, self, values) =>
      values.length === 1 && isType(values[0]) ? JSON.stringify(values[0]) : Reflect.apply(inspect, self, values),
  });
}

// A prebuilt provider's index requires each of its files when it is first read, not all of them (2,212 for
// AWS: 1.7 s and 450 MB). An index that holds anything else than what jsii's compiler writes loads as it is.
const INDEX = /[\\/]@cdkt[fn][\\/]provider-[^\\/]+[\\/]lib[\\/]index\.js$/;
const REQUIRED = /^exports\.([\w$]+) = (require|__importStar\(require)\("(\.\/[^"\\]+)"\)\)?;$/;
// TypeScript's own functions, which it writes first into an index of cdktn's.
const HELPERS = /^var __createBinding = [^]*?^\}\)\(\);$/m;
const KNOWN_HELPERS = '8e6104508704992850e74305fa04c156760116fdfe77648f152ee9cc744fc5f1';
const WITHOUT_EFFECT = [
  /^$/,
  /^"use strict";$/,
  /^\/\/.*$/,
  /^\/\*\*?$/,
  /^ \*.*$/,
  /^Object\.defineProperty\(exports, "__esModule", \{ value: true \}\);$/,
  /^(?:exports\.[\w$]+ = )+void 0;$/,
];

// Where jsii starts it itself, it has another name.
const KERNEL = /[\\/](?:lib__)?program\.js$/;

const loadFile = Module._extensions['.js'];

Module._extensions['.js'] = function (module, filename) {
  if (filename === process.argv[1] && KERNEL.test(filename)) {
    const by = require.resolve('./kernel_program.cjs');
    run(module, filename, () => require(by).changed(fs.readFileSync(filename, 'utf8'), without), { by, without });
    return;
  }
  const files = loadsFilesLater && INDEX.test(filename) && requiredFiles(fs.readFileSync(filename, 'utf8'));
  if (!files) {
    const hasIdleMap = GENERATED.test(filename) && !process.sourceMapsEnabled;
    if (loadsFilesLater && hasIdleMap) loadWithoutSourceMap(module, filename);
    else loadFile(module, filename);
    changeExports(module.exports, filename);
    return;
  }
  Object.defineProperty(module.exports, '__esModule', { value: true });
  for (const [name, file, asImport] of files) provide(module, name, file, asImport);
};

// What other files here change in the exports of these, if they look as expected: file, part, where, function.
const CHANGES = [
  [/[\\/]cdkt[fn][\\/]lib[\\/]tokens[\\/]private[\\/]stack-trace\.js$/, 'stack_traces', './stack_traces.cjs', 'captureLazily'],
  [/[\\/]cdkt[fn][\\/]lib[\\/]tokens[\\/]private[\\/]encoding\.js$/, 'attributes', './attributes.cjs', 'readAttributes'],
  [/[\\/]cdkt[fn][\\/]lib[\\/]tokens[\\/]private[\\/]resolve\.js$/, 'resolve', './resolve.cjs', 'resolvePlainValues'],
  [/[\\/]constructs[\\/]lib[\\/]construct\.js$/, 'attributes', './attributes.cjs', 'rememberConstructs'],
  [/[\\/]cdkt[fn][\\/]lib[\\/]tfExpression\.js$/, 'resolve', './resolve.cjs', 'knowReferences'],
  [/[\\/]cdkt[fn][\\/]lib[\\/]validations[\\/]validate-binary-version\.js$/, 'validations', './validations.cjs', 'runOnce'],
  [/[\\/]constructs[\\/]lib[\\/]construct\.js$/, 'prepared', './prepared.cjs', 'noticeValidations'],
  [/[\\/]cdktf[\\/]lib[\\/]app\.js$/, 'prepared', './prepared.cjs', 'rememberWhilePreparing'],
  [/[\\/]cdktf[\\/]lib[\\/]aspect\.js$/, 'prepared', './prepared.cjs', 'noticeAspects'],
  [/[\\/]cdktf[\\/]lib[\\/]terraform-resource\.js$/, 'prepared', './prepared.cjs', 'toTerraformOnce'],
  [/[\\/]cdktf[\\/]lib[\\/]_tokens\.js$/, 'prepared', './prepared.cjs', 'resolveOnce'],
  [/[\\/]cdktf[\\/]lib[\\/]tokens[\\/]resolvable\.js$/, 'prepared', './prepared.cjs', 'noticeTokens'],
];

function changeExports(exported, filename) {
  for (const [changed, part, file, change] of CHANGES) {
    if (changed.test(filename) && !without.includes(part)) require(file)[change](exported);
  }
}

// Two thirds of a generated file are its source map, which would be read through and kept with the code.
const SOURCE_MAP = '\n//# sourceMappingURL=data:';

function loadWithoutSourceMap(module, filename) {
  run(module, filename, () => {
    const source = fs.readFileSync(filename, 'utf8'), end = source.lastIndexOf(SOURCE_MAP);
    return end < 0 || source.includes('\n', end + 1) ? source : source.slice(0, end);
  });
}

/** Compile a file with this source and run it: in the kernel, from code that was kept. */
function run(module, filename, sourceOf, changes) {
  if (!versions || without.includes('compiled')) module._compile(sourceOf(), filename);
  else require('./compiled.cjs').run(module, filename, sourceOf, changes);
}

/** The exports of an index, the files they stand for, how these are imported; undefined if it holds anything else. */
function requiredFiles(source) {
  const files = [], helpers = HELPERS.exec(source)?.[0], importStar = helpers && known(helpers);
  for (const line of (importStar ? source.replace(helpers, '') : source).split('\n')) {
    const [, name, how, file] = REQUIRED.exec(line) ?? [];
    if (name && (how === 'require' || importStar)) files.push([name, file, how === 'require' ? same : importStar]);
    else if (!WITHOUT_EFFECT.some(without => without.test(line))) return undefined;
  }
  return files.length ? files : undefined;
}

const same = exported => exported;

/** TypeScript's `__importStar`, from the text of a file, if it is the one that is known. */
function known(helpers) {
  if (createHash('sha256').update(helpers).digest('hex') !== KNOWN_HELPERS) return undefined;
  return new Function(`'use strict';\n${helpers}\nreturn __importStar;`)();
}

function provide(module, name, file, asImport) {
  const settle = value => Object.defineProperty(
    module.exports, name, { value, writable: true, enumerable: true, configurable: true });
  Object.defineProperty(module.exports, name, {
    enumerable: true,
    configurable: true,
    get() { return settle(asImport(module.require(file)))[name]; },
    set(value) { settle(value); },
  });
}

if (versions && loadsFilesLater) findFaster(filename => INDEX.test(filename));

// What is required at once but called by few: cdktf's archiver (45 ms), what compares versions (45 files) and starts
// processes, and the threads of the kernel's index.
const LATER = new Map([
  ['archiver', /[\\/]cdkt[fn][\\/]lib[\\/]private[\\/]fs\.js$/],
  ['child_process', /[\\/]cdkt[fn][\\/]lib[\\/].+\.js$/],
  ['semver', /[\\/]cdkt[fn][\\/]lib[\\/]validations[\\/]validate-binary-version\.js$/],
  ['worker_threads', KERNEL],
]);
const WRITES = /[\\/]cdktf[\\/]lib[\\/].+\.js$/;
const loadModule = Module._load;

Module._load = function (request, parent, isMain) {
  const load = () => loadModule.call(this, request, parent, isMain);
  if (loadsFilesLater && LATER.get(request)?.test(parent?.filename)) {
    return new Proxy(function () {}, {
      apply: (_, self, values) => Reflect.apply(load(), self, values),
      get: (_, name) => load()[name],
    });
  }
  if (request === 'json-stable-stringify' && WRITES.test(parent?.filename) && !without.includes('json')) {
    return require('./json.cjs').stringifier(Module._resolveFilename(request, parent), load);
  }
  return loadModule.apply(this, arguments);
};

// cdktf 0.21 asks util.isArray about each output, and Node 22 warns of it on the standard error stream.
if (loadsFilesLater) util.isArray = Array.isArray;
