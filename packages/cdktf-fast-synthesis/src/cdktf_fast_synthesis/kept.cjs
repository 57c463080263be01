// What was found out about a file, kept beside Python's compiled code for as long as the file is the same.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

/** Tells a file from every other: one that was written to has another time of change, which nobody can set. */
exports.identityOf = file => {
  const { dev, ino, size, mtimeNs, ctimeNs } = fs.statSync(file, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join('-');
};

/** Where something of a file is kept. */
exports.besideOf = (file, suffix) => path.join(path.dirname(file), '__pycache__', path.basename(file) + suffix);

exports.linesOf = file => {
  try {
    return fs.readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
};

/** Write a file whole or not at all; where that is impossible, it is found out anew each time. */
exports.keep = (file, content) => {
  if (process.env.PYTHONDONTWRITEBYTECODE) return;
  const unfinished = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(unfinished, content);
    fs.renameSync(unfinished, file);
  } catch {
    try { fs.unlinkSync(unfinished); } catch { /* it was not made */ }
  }
};
