// App.synth() turns each resource into JSON and resolves it twice: to prepare, when references to other stacks are
// found, and to write it. Here the second gets what the first found, where nothing could change it between them.
'use strict';

const { createHash } = require('node:crypto');

const digest = it => createHash('sha256').update(String(it)).digest('hex');
const SYNTH = 'e8cbafe6ec95f0b0545584652accc957d5f9401440368046d45f148a81f59107';
const TO_TERRAFORM = '6e06c66d3bb8c8ee25459a34eaf8bb00351ff92e1134343ab1e3dc44e61829f0';
const RESOLVE_TOKEN = 'a38e29e43cb67b46dcf064568e3d255b1540b306514ba151cf7acd0418b246a1';
// Classes of tokens whose value stays the same: Intrinsic, Reference, PropertyAccess, FunctionCall, Dependable.
const STAYING = [
  '9b871474729fd7e13b703cd19eea95293eec82d80ad79d436ec6d15850a6c2ec',
  '04617940eb11ffe4d76bfbf58c6adbded1e252c33db9d7a3f10298af3bc543c8',
  'ea4aa439f388650cadbd211a81e0d8b8f7c420ded284ac502b33b3f24a99eef7',
  '8d0b6ce000fc01e5967d6b1b7490526b6011de2e745a78018149787f59061aa1',
  'a89f02745329dc3b47e82acc84de6181709832546ab2674204aa3f2b3d4dbc0a',
];
// cdktf's own, which only look.
const VALIDATIONS = ['ValidateProviderPresence', 'ValidateTerraformVersion', 'ValidateFeatureTargetSupport'];

const kinds = new Map(); // whether the value of a token stays the same, by its class
const known = new Set(); // of what is replaced here; only all of it together does something
let isChangeable = false; // the program could change resources while they are synthesized
let isSynthesizing = false, isFixed = true;
let prepared = new Map(), owners = new WeakMap(), finished = new WeakSet();

/** For what cdktf/lib/app.js exports. */
exports.rememberWhilePreparing = ({ App }) => {
  const synth = App?.prototype.synth;
  if (digest(synth) !== SYNTH) return;
  App.prototype.synth = function () {
    isSynthesizing = known.size === 4 && !isChangeable;
    try {
      return synth.call(this);
    } finally {
      isSynthesizing = false;
      [prepared, owners, finished] = [new Map(), new WeakMap(), new WeakSet()];
    }
  };
};

/** For what cdktf/lib/terraform-resource.js exports. */
exports.toTerraformOnce = ({ TerraformResource }) => {
  const toTerraform = TerraformResource?.prototype.toTerraform;
  if (digest(toTerraform) !== TO_TERRAFORM) return;
  known.add('toTerraform');
  TerraformResource.prototype.toTerraform = function ours() {
    if (!isSynthesizing) return toTerraform.call(this);
    const resolved = prepared.get(this);
    if (resolved && !isChangeable) {
      prepared.delete(this);
      return resolved;
    }
    const json = toTerraform.call(this);
    if (this.toTerraform === ours) owners.set(json, this);
    return json;
  };
};

/** For what cdktf/lib/_tokens.js exports. */
exports.resolveOnce = exported => {
  const { resolve } = exported;
  exported.resolve = (scope, value, preparing) => {
    if (!isSynthesizing) return resolve(scope, value, preparing);
    if (finished.has(value)) return value;
    const owner = preparing && owners.get(value);
    if (!owner) return resolve(scope, value, preparing);
    isFixed = true;
    const resolved = resolve(scope, value, preparing);
    if (isFixed) {
      prepared.set(owner, resolved);
      finished.add(resolved);
    }
    return resolved;
  };
};

/** For what cdktf/lib/tokens/resolvable.js exports. */
exports.noticeTokens = ({ DefaultTokenResolver }) => {
  const resolveToken = DefaultTokenResolver?.prototype.resolveToken;
  if (digest(resolveToken) !== RESOLVE_TOKEN) return;
  known.add('resolveToken');
  DefaultTokenResolver.prototype.resolveToken = function (token, context, postProcessor) {
    if (isSynthesizing && !staysTheSame(token, context)) isFixed = false;
    return resolveToken.call(this, token, context, postProcessor);
  };
};

/** A reference within the stack, a value, or an expression, whose parts are asked of too. */
function staysTheSame(token, { scope }) {
  const kind = token.constructor;
  if (!kinds.has(kind)) kinds.set(kind, STAYING.includes(digest(kind)));
  const isProduced = token.dependable && Object.hasOwn(token.dependable, 'fqn'); // by Python, which jsii asks each time
  return kinds.get(kind) && !isProduced && (token.originStack === undefined || token.originStack === scope);
}

/** An aspect visits constructs after they were prepared; for what cdktf/lib/aspect.js exports. */
exports.noticeAspects = ({ Aspects }) => {
  const add = Aspects?.prototype.add;
  if (add?.length !== 1) return;
  known.add('aspects');
  Aspects.prototype.add = function (aspect) {
    isChangeable = true;
    return add.call(this, aspect);
  };
};

/** So may a validation; for what constructs/lib/construct.js exports. */
exports.noticeValidations = ({ Node }) => {
  const addValidation = Node?.prototype.addValidation;
  if (addValidation?.length !== 1) return;
  known.add('validations');
  Node.prototype.addValidation = function (validation) {
    if (!VALIDATIONS.includes(validation?.constructor?.name)) isChangeable = true;
    return addValidation.call(this, validation);
  };
};
