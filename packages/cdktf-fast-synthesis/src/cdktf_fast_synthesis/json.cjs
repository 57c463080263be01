// The JSON of stacks is written by a package, json-stable-stringify, that comes in forty files and writes each value
// through several functions. Here one writes the same: keys sorted, spaces as asked.
'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');

const KNOWN = '53e378723c97a3bd67d6e3d2ae586056a7a884dd01b88a62ea5e0f2bbf5bf56f';

/** What stands for the package in `filename`, which `load` loads; the package itself, if it is another. */
exports.stringifier = (filename, load) => {
  if (createHash('sha256').update(fs.readFileSync(filename)).digest('hex') !== KNOWN) return load();
  return function stableStringify(value, options) {
    const isKnown = Object.keys(options ?? {}).join() === 'space' && Number.isInteger(options.space) && options.space > 0;
    return isKnown ? textOf(value, '\n', ' '.repeat(options.space), new Set()) : load().apply(this, arguments);
  };
};

function textOf(value, indent, space, around) {
  if (typeof value?.toJSON === 'function') value = value.toJSON();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = indent + space;
  let text = '';
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      text += (index ? ',' : '') + inner + (textOf(value[index], inner, space, around) || 'null');
    }
    return `[${text}${indent}]`;
  }
  if (around.has(value)) throw new TypeError('Converting circular structure to JSON');
  around.add(value);
  for (const key of Object.keys(value).sort()) {
    const item = textOf(value[key], inner, space, around);
    if (item) text += `${text && ','}${inner}${JSON.stringify(key)}: ${item}`;
  }
  around.delete(value);
  return `{${text}${indent}}`;
}
