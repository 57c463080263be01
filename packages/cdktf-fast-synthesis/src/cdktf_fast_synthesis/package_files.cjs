// What jsii's kernel reads of a package: the digest of its archive, by which it finds what it has extracted, and
// the definitions of its types.
'use strict';

const fs = require('node:fs');

const { besideOf, identityOf, keep, linesOf } = require('./kept.cjs');

const DIGEST = /^[0-9a-f]{64}$/;

/** The digest of an archive and some words (37 MB for AWS), computed anew only when the file is another. */
exports.digest = (archive, words, compute) => {
  const kept = besideOf(archive, '.digest');
  const identity = () => JSON.stringify([identityOf(archive), ...words]);
  const before = identity(), [known, digest] = linesOf(kept);
  if (known === before && DIGEST.test(digest)) return Buffer.from(digest, 'hex');
  const computed = compute();
  if (identity() === before) keep(kept, `${before}\n${computed.toString('hex')}`);
  return computed;
};

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
