// Validates versions of a program that notes in `process.argv[2]` each time it runs, by the command `process.argv[3]`
// or one that is no program: what was found, as JSON.
'use strict';

const fs = require('node:fs');
const { ValidateBinaryVersion } = require('cdktf/lib/validations/validate-binary-version.js');

const [, , runs, command = `echo ran >> '${runs}'; echo v1.5.7`] = process.argv;
const found = ['>=1.5', '>=1.5', '>=2', '>=2'].map(
  constraint => new ValidateBinaryVersion('terraform', constraint, command, 'hint').validate());
const ran = fs.existsSync(runs) ? fs.readFileSync(runs, 'utf8') : '';
process.stdout.write(JSON.stringify({ found, runs: ran.split('ran').length - 1 }));
