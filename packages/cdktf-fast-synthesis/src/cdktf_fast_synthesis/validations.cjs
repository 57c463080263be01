// A resource that needs a newer Terraform runs `terraform version` to validate: here one run serves all of them, and
// what Terraform itself answered is kept for as long as its file is the same.
'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const { besideOf, identityOf, keep, linesOf } = require('./kept.cjs');

const KEPT = besideOf(__filename, '.version');
const COMMAND = /^([\w./-]+) version$/;
const VERSION = /\d+\.\d+\.\d+/; // as cdktf looks for it
// Go writes into a program what it was built of; what else answers for Terraform may take the version from a setting.
const TERRAFORM = Buffer.from('path\tgithub.com/hashicorp/terraform\n');
const PART = 1 << 20;

const KNOWN = 'c365f4a9289b9865804c631190c174c178ab65bc8de886614a78033d0177322b';

/** For what cdktf/lib/validations/validate-binary-version.js exports. */
exports.runOnce = ({ ValidateBinaryVersion }) => {
  const validate = ValidateBinaryVersion?.prototype.validate;
  if (createHash('sha256').update(String(validate)).digest('hex') !== KNOWN) return;
  const found = new Map();
  ValidateBinaryVersion.prototype.validate = function () {
    const key = JSON.stringify([this.binary, this.versionConstraint, this.versionCommand, this.hint]);
    if (!found.has(key)) found.set(key, asking(this.versionCommand, () => validate.call(this)));
    return [...found.get(key)];
  };
};

/** Validate; what runs the command is given what is kept of it. */
function asking(command, validate) {
  const childProcess = require('node:child_process'), { execSync } = childProcess;
  childProcess.execSync = (...given) => answerOf(command, () => execSync(...given));
  try {
    return validate();
  } finally {
    childProcess.execSync = execSync;
  }
}

function answerOf(command, run) {
  const program = programOf(COMMAND.exec(command)?.[1]);
  if (!program) return run();
  const identity = identityOf(program), [known, kept] = linesOf(KEPT);
  if (known === identity) return kept;
  const answer = run(), version = VERSION.exec(answer);
  if (version && identityOf(program) === identity && isTerraform(program)) keep(KEPT, `${identity}\n${version}`);
  return answer;
}

/** The file that a shell runs for a name; undefined if there is none. */
function programOf(name) {
  const folders = name?.includes('/') ? [''] : (process.env.PATH ?? '').split(path.delimiter);
  return name && folders.map(folder => path.join(folder, name)).find(isProgram);
}

function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

function isTerraform(file) {
  const descriptor = fs.openSync(file), part = Buffer.alloc(PART);
  try {
    // Each part begins with the end of the one before.
    for (let start = 0, read; (read = fs.readSync(descriptor, part, 0, PART, start)); start += PART - TERRAFORM.length) {
      if (part.subarray(0, read).includes(TERRAFORM)) return true;
      if (read < PART) return false;
    }
    return false;
  } finally {
    fs.closeSync(descriptor);
  }
}
