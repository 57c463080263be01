// Resolves values with cdktf's own function and with what the hook put in its place: what comes of both, as JSON.
'use strict';

const fs = require('node:fs');
const Module = require('node:module');
const cdktf = require('cdktf');

const file = require.resolve('cdktf/lib/tokens/private/resolve.js');
const own = new Module(file, module);
Object.assign(own, { filename: file, paths: module.paths });
own._compile(fs.readFileSync(file, 'utf8'), file);

const app = new cdktf.App({ outdir: process.argv[2] });
const stack = new cdktf.TerraformStack(app, 'shop');
let count = 0;
const thing = () => new cdktf.TerraformResource(stack, `thing-${count++}`, { terraformResourceType: 'aws_thing' });
const one = thing();

// What JSON has no word for, by the name that stands for it.
const MADE = {
  undefined: () => undefined,
  text: () => thing().getStringAttribute('arn'),
  list: () => thing().getListAttribute('arns'),
  number: () => thing().getNumberAttribute('size'),
  numbers: () => thing().getNumberListAttribute('sizes'),
  map: () => thing().getStringMapAttribute('names'),
  numberMap: () => thing().getNumberMapAttribute('sizes'),
  anyMap: () => thing().getAnyMapAttribute('names'),
  token: () => thing().getBooleanAttribute('on'),
  mixed: () => `a-${thing().getStringAttribute('arn')}-\${b}-${thing().getNumberAttribute('size')}}`,
  numberInText: () => `port ${thing().getNumberAttribute('port')}`,
  resolvable: () => ({ creationStack: [], resolve: () => one.getStringAttribute('id') }),
  likeConstruct: () => ({ _children: 1, _metadata: 2 }),
  joined: () => `${thing().getStringAttribute('arn')}/${one.getStringAttribute('id')}}`,
  inExpression: () => `\${upper(${thing().getStringAttribute('arn')})}-${one.getStringAttribute('id')}`,
  withNumber: () => `${thing().getStringAttribute('host')}:${one.getNumberAttribute('port')}`,
  withListToken: () => `${thing().getStringAttribute('arn')}${thing().getListAttribute('arns')[0]}`,
  withList: () => `a ${cdktf.Token.asString(cdktf.Lazy.anyValue({ produce: () => ['x', 'y'] }))}`,
  withNull: () => `a ${cdktf.Token.asString(cdktf.Lazy.anyValue({ produce: () => null }))}`,
  numberOfToken: () => `1e${cdktf.Lazy.stringValue({ produce: () => '5' })}`,
  call: () => cdktf.Fn.join(',', [thing().getStringAttribute('arn'), 'b']),
  lazy: () => cdktf.Lazy.anyValue({ produce: () => ({ a: undefined, b: [one.getStringAttribute('id')] }) }),
  date: () => new Date(0),
  construct: () => thing(),
  function: () => () => 1,
  other: () => Object.assign(Object.create({ inherited: 1 }), { own: [undefined, 'x'] }),
  circle: () => { const circle = {}; circle.circle = circle; return circle; },
  deep: () => Array(150).fill().reduce((inner, _, index) => (index % 2 ? [inner] : { inner }), 'x'),
};

function made(value) {
  if (Array.isArray(value)) return value.map(made);
  if (value === null || typeof value !== 'object') return value;
  if ('make' in value) return MADE[value.make]();
  const named = key => key.replace('TOKEN', () => MADE.text()).replace('MAP', () => Object.keys(MADE.map())[0]);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [named(key), made(each)]));
}

function outcome(resolve, value, preparing) {
  const resolver = new cdktf.DefaultTokenResolver(new cdktf.StringConcat());
  try {
    return { resolved: shown(resolve(value, { scope: stack, preparing, resolver })) };
  } catch (error) {
    return { error: error.message.split('\n')[0] };
  }
}

function shown(value) {
  if (Array.isArray(value)) return value.map(shown);
  if (value instanceof Date) return 'a date';
  if (value && typeof value === 'object') return { of: Object.entries(value).map(([key, each]) => [key, shown(each)]) };
  return typeof value === 'string' ? value : `${typeof value} ${value}`;
}

const ours = require(file).resolve, theirs = own.exports.resolve;
const values = JSON.parse(fs.readFileSync(0, 'utf8')).map(made);
const outcomes = resolve => values.flatMap(value => [true, false].map(preparing => outcome(resolve, value, preparing)));
process.stdout.write(JSON.stringify({
  replaced: String(ours) !== String(theirs),
  kinds: Object.keys(MADE),
  ours: outcomes(ours),
  theirs: outcomes(theirs),
}));
