// What jsii's kernel reads of a package: the digest of its archive, by which it finds what it has extracted, and
// the definitions of its types.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const DIGEST = /^[0-9a-f]{64}$/;

/** The digest of an archive and some words (37 MB for AWS), computed anew only when the file is another. */
exports.digest = (archive, words, compute) => {
  const kept = path.join(path.dirname(archive), '__pycache__', `${path.basename(archive)}.digest`);
  const identity = identityOf(archive, words), [known, digest] = linesOf(kept);
  if (known === identity && DIGEST.test(digest)) return Buffer.from(digest, 'hex');
  const computed = compute();
  if (!process.env.PYTHONDONTWRITEBYTECODE && identityOf(archive, words) === identity) {
    keep(kept, `${identity}\n${computed.toString('hex')}`);
  }
  return computed;
};

// A file that was written to has another time of change, which nobody can set.
function identityOf(file, words) {
  const { dev, ino, size, mtimeNs, ctimeNs } = fs.statSync(file, { bigint: true });
  return JSON.stringify([dev, ino, size, mtimeNs, ctimeNs].map(String).concat(words));
}

function linesOf(file) {
  try {
    return fs.readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function keep(file, text) {
  const unfinished = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(unfinished, text);
    fs.renameSync(unfinished, file);
  } catch {
    try { fs.unlinkSync(unfinished); } catch { /* it was not made */ }
  }
}

/** A file of definitions (35 MB for AWS), of which toString reads the part it is asked for. */
exports.definitions = file => {
  const descriptor = fs.openSync(file);
  return {
    toString(encoding, start, end) {
      const part = Buffer.allocUnsafe(end - start);
      fs.readSync(descriptor, part, 0, part.length, start);
      return part.toString(encoding);
    },
  };
};
