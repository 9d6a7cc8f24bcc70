// `node assets/bundle.cjs TARGET ENTRY…`: classic scripts and one style sheet; their licences' notices stay at their end.
// Of Tabler's style sheet those rules go in whose class the product's text names: in a template, a script or the Python
// that writes HTML. Whatever is a word there counts, so a class put together in code has to have its whole name somewhere.
const { build } = require("esbuild");
const { readFile } = require("node:fs/promises");
const { PurgeCSS } = require("purgecss");

const NAMING = [
  "templates/**/*.html",
  "assets/**/*.js",
  "{config,tenants,pipeline,prospecting,objectives,reporting}/**/*.py",
];

const cut = {
  name: "the rules of Tabler that are in use",
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]tabler\.css$/ }, async ({ path }) => {
      const raw = await readFile(path, "utf8");
      const [{ css }] = await new PurgeCSS().purge({ content: NAMING, css: [{ raw }], keyframes: true });
      return { contents: css, loader: "css" };
    }),
};

const [target, ...entries] = process.argv.slice(2);
build({
  entryPoints: entries.map((entry) => `assets/${entry}`),
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
