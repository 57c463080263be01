// Tokens that Python made (attributes.py): the attribute is read when cdktf takes such a token out of a text.
'use strict';

const stackTraces = require('./stack_traces.cjs');

const REFERENCE = Symbol.for('$__jsii__objid__$'); // '@cdktf/provider-aws.vpc.Vpc@10023', set by jsii
const TOKENS = /\$\{TfToken\[(ATTRIBUTE\.(\d+)\.(\w+)\.\d+)\]\}/g;
const TOKEN = /^\$\{TfToken\[(.+)\]\}$/;

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
  TokenString.prototype.split = function (lookup) {
    const { stringTokenMap } = globalThis.__cdktfTokenMap ?? {};
    if (stringTokenMap && this.str.includes('TfToken[ATTRIBUTE.')) {
      for (const [, key, number, attribute] of this.str.matchAll(TOKENS)) {
        if (stringTokenMap.has(key)) continue;
        // A stack would show how the token is resolved, not where the program named the attribute.
        const text = stackTraces.withoutStackTraces(() => constructOf(number)?.[attribute]);
        stringTokenMap.set(key, stringTokenMap.get(TOKEN.exec(text)?.[1])); // cdktf refuses a key without token
      }
    }
    return split.call(this, lookup);
  };
};

function constructOf(number) {
  if (!constructs.has(number)) {
    for (const each of seen) if (each[REFERENCE]) constructs.set(each[REFERENCE].split('@').pop(), each);
    seen = seen.filter(each => !each[REFERENCE]);
  }
  return constructs.get(number);
}
