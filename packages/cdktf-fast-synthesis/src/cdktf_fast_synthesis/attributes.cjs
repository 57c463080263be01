// Tokens that Python made (attributes.py): the attribute is read when cdktf takes such a token out of a text.
'use strict';

const stackTraces = require('./stack_traces.cjs');

const REFERENCE = Symbol.for('$__jsii__objid__$'); // '@cdktf/provider-aws.vpc.Vpc@10023', set by jsii
const TOKENS = /\$\{TfToken\[(ATTRIBUTE\.(\d+)\.(\w+)\.\d+)\]\}/g;
const TOKEN = /^\$\{TfToken\[(.+)\]\}$/;

let isReading = false;
let seen = [];
const constructs = new Map(); // by jsii's number

/** Remember each construct that is added to another; for what constructs/lib/construct.js exports. */
exports.rememberConstructs = ({ Node }) => {
  const addChild = Node?.prototype.addChild;
  if (addChild?.length !== 2) return;
  Node.prototype.addChild = function (child, name) {
    addChild.call(this, child, name);
    seen.push(child);
  };
};

/** Read the attributes that a text names before it is split; for what cdktf/lib/tokens/private/encoding.js exports. */
exports.readAttributes = ({ TokenString }) => {
  const split = TokenString?.prototype.split;
  if (split?.length !== 1) return;
  isReading = true;
  TokenString.prototype.split = function (lookup) {
    if (this.str.includes('TfToken[ATTRIBUTE.')) readFrom(this.str);
    return split.call(this, lookup);
  };
};

function readFrom(text) {
  const { stringTokenMap } = globalThis.__cdktfTokenMap ?? {};
  if (!stringTokenMap) return;
  for (const [, key, number, attribute] of text.matchAll(TOKENS)) {
    if (stringTokenMap.has(key)) continue;
    // A stack would show how the token is resolved, not where the program named the attribute.
    const token = stackTraces.withoutStackTraces(() => constructOf(number)?.[attribute]);
    stringTokenMap.set(key, stringTokenMap.get(TOKEN.exec(token)?.[1])); // cdktf refuses a key without token
  }
}

/** The object that a text which is one token stands for. */
exports.tokenOf = text => {
  const key = TOKEN.exec(text)?.[1];
  if (isReading && key?.startsWith('ATTRIBUTE.')) readFrom(text);
  return globalThis.__cdktfTokenMap?.stringTokenMap.get(key);
};

function constructOf(number) {
  if (!constructs.has(number)) {
    for (const each of seen) if (each[REFERENCE]) constructs.set(each[REFERENCE].split('@').pop(), each);
    seen = seen.filter(each => !each[REFERENCE]);
  }
  return constructs.get(number);
}
