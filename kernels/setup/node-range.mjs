// The small part of version ranges that `engines.node` uses; a range of another form counts as satisfied.
const compare = (a, b) => a.map((part, i) => part - b[i]).find((difference) => difference !== 0) ?? 0;

function satisfiesComparator(version, comparator) {
  const match = /^(\^|~|>=|<=|>|<|=)?v?(\d+)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?$/.exec(comparator);
  if (!match) return true;
  const given = match.slice(2).map((part) => (part === undefined || part === "x" || part === "*" ? null : Number(part)));
  const base = given.map((part) => part ?? 0);
  const order = compare(version, base);
  switch (match[1]) {
    case ">=":
      return order >= 0;
    case ">":
      return order > 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case "^":
      return order >= 0 && version[0] === base[0];
    case "~":
      return order >= 0 && version[0] === base[0] && version[1] === base[1];
    default:
      return given.every((part, i) => part === null || part === version[i]);
  }
}

/** True where Node `version` ("20.19.0") lies in `range` ("^20.19.0 || >=22.12.0"). */
export function inNodeRange(range, version = process.versions.node) {
  const parts = version.split(".").map(Number);
  return range.split("||").some((one) => {
    const comparators = one
      .trim()
      .replace(/(\^|~|>=|<=|>|<|=)\s+/g, "$1")
      .split(/\s+/)
      .filter(Boolean);
    return comparators.every((comparator) => satisfiesComparator(parts, comparator));
  });
}
