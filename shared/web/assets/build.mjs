// Builds shared/web/static from the sources here and the packages locked beside them.

import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static");
const packages = join(here, "node_modules");
const font = join(packages, "@fontsource-variable", "source-sans-3");
const written = "/* Built by `make assets`; the sources are in shared/web/assets. Contains nhsuk-frontend, MIT: see NHSUK-FRONTEND-LICENSE.txt */\n";

const { css } = compile(join(here, "sass", "samkontrakt.scss"), { style: "compressed", charset: false, loadPaths: [packages], quietDeps: true });
const ours = css.replace(/[^{}]*search-cancel-button[^{}]*\{[^{}]*\}/g, "");
const foreign = [...ours.matchAll(/url\(([^)]*)\)/g)].map((found) => found[1]).filter((url) => !url.includes("source-sans"));
if (foreign.length > 0) throw new Error(`the stylesheet asks for files we do not serve: ${foreign}`);
if (/frutiger|nhs\.uk/i.test(ours)) throw new Error("the stylesheet names what is not ours to use");

for (const name of ["mark.svg", "samkontrakt.js", "NHSUK-FRONTEND-LICENSE.txt"]) copyFileSync(join(here, name), join(out, name));
copyFileSync(join(packages, "htmx.org", "dist", "htmx.min.js"), join(out, "htmx.min.js"));
copyFileSync(join(packages, "htmx.org", "LICENSE"), join(out, "HTMX-LICENSE.txt"));
copyFileSync(join(font, "LICENSE"), join(out, "SOURCE-SANS-3-LICENSE.txt"));

// A font's address is new when its content is, and the same as in the page's preload.
let marked = ours;
for (const part of ["latin", "latin-ext"]) {
  const name = `source-sans-3-${part}.woff2`;
  const content = readFileSync(join(font, "files", `source-sans-3-${part}-wght-normal.woff2`));
  const mark = createHash("sha256").update(content).digest("hex").slice(0, 12);
  writeFileSync(join(out, name), content);
  marked = marked.replace(`url("${name}")`, `url("${name}?v=${mark}")`);
}
writeFileSync(join(out, "samkontrakt.css"), written + marked);
console.log(`samkontrakt.css: ${Math.round(marked.length / 1024)} kB`);
