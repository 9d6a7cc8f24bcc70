// `node assets/bundle.cjs TARGET ENTRY,ENTRY… PATTERN…`: classic scripts and one style sheet; their licences' notices stay at their end.
// Of Tabler's style sheet those rules go in whose class a file of the patterns names: a template, a script or the Python that
// writes HTML. Whatever is a word there counts, so a class put together in code has to have its whole name somewhere.
const { build } = require("esbuild");
const { readFile } = require("node:fs/promises");
const { PurgeCSS } = require("purgecss");

const [target, entries, ...naming] = process.argv.slice(2);

const cut = {
  name: "the rules of Tabler that are in use",
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]tabler\.css$/ }, async ({ path }) => {
      const raw = await readFile(path, "utf8");
      const [{ css }] = await new PurgeCSS().purge({ content: naming, css: [{ raw }], keyframes: true });
      return { contents: css, loader: "css" };
    }),
};

build({
  entryPoints: entries.split(",").map((entry) => `assets/${entry}`),
  outdir: target,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "eof",
  loader: { ".woff2": "file", ".svg": "dataurl" },
  logLevel: "warning",
  plugins: [cut],
}).catch(() => process.exit(1));
