// Synthesizes an application of two stacks, with what `process.argv[3]` names: what was written, and how often each
// resource was turned into attributes, as JSON.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const cdktf = require('cdktf');

const [, , outdir, addition] = process.argv;
const turned = {};
let count = 0;

class Thing extends cdktf.TerraformResource {
  constructor(scope, id, values = {}, dependsOn = undefined) {
    super(scope, id, { terraformResourceType: 'aws_thing', dependsOn });
    this.values = values;
  }
  synthesizeAttributes() {
    turned[this.node.id] = (turned[this.node.id] ?? 0) + 1;
    return this.values;
  }
}

const app = new cdktf.App({ outdir });
const [shop, other] = ['shop', 'other'].map(name => new cdktf.TerraformStack(app, name));
for (const stack of [shop, other]) new cdktf.LocalBackend(stack, { path: `${stack.node.id}.tfstate` });
const first = new Thing(shop, 'first', { name: 'a', list: [{ b: 1 }, 'c'], nothing: undefined, tags: {} });
new Thing(shop, 'second', { text: `x-${first.getStringAttribute('arn')}-\${y}`, list: first.getListAttribute('ids') });
new Thing(shop, 'called', { text: cdktf.Fn.upper(first.getStringAttribute('id')), number: first.getNumberAttribute('size') });
new Thing(shop, 'depending', {}, [first]);
new Thing(shop, 'valued', { text: cdktf.Token.asString({ one: 1 }), list: cdktf.Token.asList([first.getStringAttribute('arn')]) });
new Thing(shop, 'asking', {}, [{ get fqn() { return `aws_thing.asked_${count++}`; } }]);
new Thing(other, 'crossing', { text: first.getStringAttribute('arn') });
new Thing(other, 'lazy', { text: cdktf.Lazy.stringValue({ produce: () => `produced ${count++}` }) });
first.addOverride('more.list', ['overridden']);

const ADDITIONS = {
  nothing: () => {},
  aspect: () => cdktf.Aspects.of(shop).add({ visit: node => node instanceof Thing && node.addOverride('seen', 'yes') }),
  validation: () => first.node.addValidation({ validate: () => (first.addOverride('validated', 'yes'), []) }),
  again: () => { app.synth(); first.addOverride('changed', 'yes'); },
  outside: () => { shop.prepareStack(); first.addOverride('changed', 'yes'); shop.toTerraform(); },
};
ADDITIONS[addition]();
app.synth();
const written = name => JSON.parse(fs.readFileSync(path.join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8'));
process.stdout.write(JSON.stringify({ turned, written: [written('shop'), written('other')] }));
