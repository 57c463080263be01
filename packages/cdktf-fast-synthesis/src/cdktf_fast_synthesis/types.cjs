// What jsii's kernel finds anew for each struct and each object, though it is the same for all of a type.
'use strict';

const remembering = () => {
  const known = new WeakMap();
  return (of, find) => {
    let found = known.get(of);
    if (!found) known.set(of, found = find());
    return found;
  };
};

/** The properties of a type, its base's and its interfaces' included. */
exports.propertiesOf = remembering();

/** The names of those that a struct must have. */
exports.requiredOf = remembering();

const complete = new Set();

/** The interfaces that a program names for an object and its class lacks: mostly none. */
exports.lackingOf = (fqn, interfaces, find) => {
  const key = `${fqn} ${interfaces}`;
  if (complete.has(key)) return undefined;
  const found = find();
  if (found === undefined) complete.add(key);
  return found;
};
