// Makes the reference of the core's public names, with its equations: node docs/reference/build.mjs [folder], .noisebook/reference unless told.
// Exit 1 where something public is undocumented or an equation does not parse, 6 where the generator cannot be installed.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../..");
const out = path.resolve(process.argv[2] ?? path.join(root, ".noisebook/reference"));

install();
const { Application, Comment, Converter, ReflectionKind } = await import("typedoc");
const { withEquations, withIndices } = await import("./math.mjs");

const faults = [];
const folders = readdirSync(path.join(root, "src"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(path.join(root, "src", entry.name, "index.ts")))
  .map(({ name }) => name);

const app = await Application.bootstrap({
  name: "Noisebook: the core",
  entryPoints: folders.map((name) => path.join(root, "src", name, "index.ts")),
  tsconfig: path.join(here, "tsconfig.json"),
  basePath: root,
  displayBasePath: path.join(root, "src"),
  readme: path.join(here, "welcome.md"),
  customCss: path.join(here, "style.css"),
  excludeExternals: true,
  excludeInternal: true,
  excludePrivate: true,
  disableSources: true,
  disableGit: true,
  githubPages: false,
  hideGenerator: true,
  sort: ["source-order"],
  navigation: { includeCategories: false, includeGroups: false },
  validation: { notExported: false, invalidLink: true, notDocumented: false },
  skipErrorChecking: true,
  logLevel: "Warn",
  markdownItLoader(parser) {
    withEquations(parser, (tex, error) => faults.push(`equation ${tex}: ${error.message}`));
    withIndices(parser);
  },
});
app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
  const described = foldersOfReadme();
  for (const module of project.children ?? []) {
    module.name = module.name.replace(/\/index$/, "").replace(/^.*\//, "");
    const text = described.get(module.name);
    if (text === undefined) faults.push(`${module.name}: README's table of src/ has no row for it`);
    else module.comment = new Comment([{ kind: "text", text: `${text}.` }]);
  }
  for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter)) parameter.name = parameter.name.replace(/^__namedParameters/, "options");
});
app.renderer.hooks.on("head.end", (context) => ({
  tag: "link",
  props: { rel: "stylesheet", href: context.relativeURL("assets/katex/katex.min.css") },
  children: [],
}));

const project = await app.convert();
if (!project) process.exit(1);
const kinds = ReflectionKind.Function | ReflectionKind.Class | ReflectionKind.Interface | ReflectionKind.Variable;
for (const reflection of project.getReflectionsByKind(kinds)) {
  if (reflection.parent?.kind !== ReflectionKind.Module) continue;
  const documented = reflection.hasComment() || reflection.signatures?.some((signature) => signature.hasComment());
  // What a function may be told is documented member by member.
  if (!documented && !reflection.name.endsWith("Options")) faults.push(`${reflection.parent.name}: ${reflection.name} has no doc comment`);
}
await app.generateDocs(project, out);
copyStyle();
writeFileSync(path.join(out, "names.json"), `${JSON.stringify(namesOf(project), undefined, 2)}\n`);
for (const fault of faults) console.error(fault);
console.log(`${path.relative(process.cwd(), path.join(out, "index.html"))}: ${project.getReflectionsByKind(kinds).length} names in ${folders.length} folders${faults.length > 0 ? `, ${faults.length} faults` : ""}`);
process.exit(faults.length > 0 ? 1 : 0);

/** What the generator needs, in this folder alone, once for each lockfile. */
function install() {
  const lock = readFileSync(path.join(here, "package-lock.json"), "utf8");
  const stamp = path.join(here, "node_modules", ".stamp");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  console.log("installing the generator of the reference…");
  try {
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: here, stdio: "inherit", shell: process.platform === "win32" });
  } catch {
    console.error("npm could not install the generator (above is why): with a network, run this again");
    process.exit(6);
  }
  writeFileSync(stamp, lock);
}

/** What README says is in each folder of src/. */
function foldersOfReadme() {
  const rows = readFileSync(path.join(root, "README.md"), "utf8").matchAll(/^\| ((?:`[a-z]+`(?:, )?)+) \| (.+) \|$/gm);
  return new Map([...rows].flatMap(([, names, text]) => names.match(/[a-z]+/g).map((name) => [name, text[0].toUpperCase() + text.slice(1)])));
}

function copyStyle() {
  const from = path.join(here, "node_modules/katex/dist");
  const to = path.join(out, "assets/katex");
  mkdirSync(to, { recursive: true });
  cpSync(path.join(from, "katex.min.css"), path.join(to, "katex.min.css"));
  cpSync(path.join(from, "fonts"), path.join(to, "fonts"), { recursive: true, filter: (file) => !/\.(?:ttf|woff)$/.test(file) });
}

function namesOf({ children = [] }) {
  return Object.fromEntries(children.map((module) => [module.name, (module.children ?? []).map(({ name }) => name).sort()]));
}
