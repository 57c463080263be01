// What a generated file requires is found with one or two questions to the file system, not a dozen for each file.
'use strict';

const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

/** A file that jsii's compiler or TypeScript wrote, with the folder of its package. */
const GENERATED = /^(.*[\\/](?:@cdkt[fn][\\/]provider-[^\\/]+|cdkt[fn]|constructs))[\\/]lib[\\/].+\.js$/;
const found = new Map(); // by folder of a package and name of a dependency
const stock = Module._resolveFilename;

exports.GENERATED = GENERATED;

/**
 * Find them so in a Node that leaves symbolic links as they are.
 *
 * TypeScript writes a `.js` for each file, and an index of a provider (by `isIndex`) requires folders with an
 * `index.js`. A package has its dependencies in one folder, so one answer holds for all its files.
 */
exports.findFaster = isIndex => {
  Module._resolveFilename = function (request, parent, isMain, options) {
    const find = () => stock.call(this, request, parent, isMain, options);
    const folder = !options && GENERATED.exec(parent?.filename)?.[1];
    if (!folder || path.isAbsolute(request)) return find();
    if (request.startsWith('.')) {
      const file = path.join(path.dirname(parent.filename), request);
      const files = isIndex(parent.filename) ? [`${file}.js`, path.join(file, 'index.js')] : [`${file}.js`];
      return files.find(each => fs.existsSync(each)) ?? find();
    }
    const key = `${folder} ${request}`;
    if (!found.has(key)) found.set(key, find());
    return found.get(key);
  };
};
