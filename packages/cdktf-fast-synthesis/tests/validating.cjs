// Validates versions of a program that notes in `process.argv[2]` each time it runs: what was found, as JSON.
'use strict';

const fs = require('node:fs');
const { ValidateBinaryVersion } = require('cdktf/lib/validations/validate-binary-version.js');

const [, , runs] = process.argv;
const command = `echo ran >> '${runs}'; echo v1.5.7`;
const found = ['>=1.5', '>=1.5', '>=2', '>=2'].map(
  constraint => new ValidateBinaryVersion('terraform', constraint, command, 'hint').validate());
process.stdout.write(JSON.stringify({ found, runs: fs.readFileSync(runs, 'utf8').split('ran').length - 1 }));
