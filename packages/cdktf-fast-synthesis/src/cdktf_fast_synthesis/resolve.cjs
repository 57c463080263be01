// cdktf resolves each value of each resource three times, every one through contexts and patterns of its own,
// though most are plain; and at each token in a text it searches all of the text that is left for escapes. Here
// plain values are copied and texts are joined; cdktf resolves everything else.
'use strict';

const { createHash } = require('node:crypto');

const { tokenOf } = require('./attributes.cjs');

const KNOWN = 'c994da7dc9aece4b95bffbf35fd85f4955af1ed66f225914ac27089192ce14da';
const KNOWN_REFERENCE = '04e95cd69ef257c1b5c3f22f4eeb0836c893ac09d91703b9571ca7cda9025648';
// What may be a token in a text, or a number written in it, or stand for a map of tokens: encoding.js, token.js.
const NUMBER_IN_TEXT = /[-|\d.+]e[-|\d.eE+]/;
const NOT_PLAIN = new RegExp(`\\{TfToken\\[|${NUMBER_IN_TEXT.source}|^(?:String|Any) Map Token Value$`);
const TEXT_TOKEN = /(\$\{TfToken\[[a-zA-Z0-9:._-]+\]\})/;
const ESCAPE_OR_LIST_TOKEN = /\$\{(?!TfToken\[)|#\{TfToken\[/;
const NUMBER_MAP_TOKEN = -123456789, LEAST_NUMBER_TOKEN = 1e200;
const DEEPEST = 100; // at 200 cdktf takes a value for a circle, and says so

let Reference = function () {}; // cdktf's class, once it is known

/** For what cdktf/lib/tfExpression.js exports. */
exports.knowReferences = ({ ref }) => {
  const kind = ref?.('x').constructor;
  if (digest(kind?.prototype.resolve) === KNOWN_REFERENCE) Reference = kind;
};

const digest = it => createHash('sha256').update(String(it)).digest('hex');

/** Resolve what is plain; for what cdktf/lib/tokens/private/resolve.js exports. */
exports.resolvePlainValues = exported => {
  const stock = exported.resolve;
  if (digest(stock) !== KNOWN) return;
  exported.resolve = (value, options) => {
    const resolved = (item, parent, ...key) => {
      if (isPlain(item)) return item;
      const path = [...parent, ...key];
      if (typeof item === 'string') {
        const text = joined(item, token => referred(token, options.scope) ?? stock(token, { ...options, prefix: path }));
        if (text !== undefined) return text;
      }
      if (typeof item === 'object' && path.length < DEEPEST) {
        if (isPlainList(item)) return copyOfList(item, path, resolved);
        if (isPlainMap(item)) return copyOfMap(item, path, resolved);
      }
      return stock(item, { ...options, prefix: path });
    };
    return resolved(value, options.prefix ?? []);
  };
};

function isPlain(value) {
  switch (typeof value) {
    case 'string': return !NOT_PLAIN.test(value);
    case 'number': return Math.abs(value) < LEAST_NUMBER_TOKEN && value !== NUMBER_MAP_TOKEN;
    case 'boolean': case 'undefined': return true;
    default: return value === null;
  }
}

/** What a token stands for, if it refers to an element of this stack. */
function referred(text, stack) {
  const token = tokenOf(text);
  if (token?.constructor !== Reference || token.originStack !== stack) return undefined;
  const reference = `\${${token.identifier}}`;
  return typeof token.identifier === 'string' && isPlain(reference) ? reference : undefined;
}

/** A text of words and tokens, if each token stands for a text: alone, it may stand for anything. */
function joined(text, resolve) {
  const parts = text.split(TEXT_TOKEN);
  if (parts.length === 1 || ESCAPE_OR_LIST_TOKEN.test(text)) return undefined;
  const texts = parts.map((part, index) => index % 2 ? resolve(part) : part);
  const whole = texts.every(each => typeof each === 'string') ? texts.join('') : undefined;
  return NUMBER_IN_TEXT.test(whole) ? undefined : whole;
}

/** Whether the items of a list are resolved one by one: it is no list token. */
function isPlainList(value) {
  return Array.isArray(value) && !value.some(item =>
    typeof item === 'string' ? item.includes('#{TfToken[') : typeof item === 'number' && !isPlain(item));
}

/** Whether the values of a map are resolved one by one: it is no token, no map token, no construct, no date. */
function isPlainMap(value) {
  return Object.getPrototypeOf(value) === Object.prototype && typeof value.resolve !== 'function'
    && (value._children === undefined || value._metadata === undefined) && Object.keys(value).every(isPlain);
}

function copyOfList(items, path, resolved) {
  return items.map((item, index) => resolved(item, path, `${index}`)).filter(item => item !== undefined);
}

function copyOfMap(values, path, resolved) {
  const copy = {};
  for (const key of Object.keys(values)) {
    const value = resolved(values[key], path, key);
    if (value !== undefined) copy[key] = value;
  }
  return copy;
}
