#!/usr/bin/env bash
# Validates template.yaml offline with AWS's two validators: cfn-lint and @aws/cloudformation-validate. Any finding above
# information fails. Each is fetched once, in a fixed version, into the user's cache.
set -euo pipefail
cd "$(dirname "$0")"
cache=${FAISSJVM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/faissjvm}
lint=$cache/cfn-lint-1.40.4 validate=$cache/cloudformation-validate-1.9.0-beta
template=${1:-template.yaml}

for tool in python3 node npm; do
  command -v $tool >/dev/null || { echo "validate: expected $tool, got none; apt-get install python3-venv nodejs npm" >&2; exit 1; }
done
if [ ! -d "$lint" ]; then
  part=$(mktemp -d "$lint.XXXXXX")
  python3 -m venv "$part"
  "$part/bin/pip" install -q --disable-pip-version-check cfn-lint==1.40.4
  mv -T "$part" "$lint" 2>/dev/null || rm -rf "$part" # another was first
fi
if [ ! -d "$validate" ]; then
  part=$(mktemp -d "$validate.XXXXXX")
  npm install --prefix "$part" --no-audit --no-fund --silent @aws/cloudformation-validate@1.9.0-beta
  mv -T "$part" "$validate" 2>/dev/null || rm -rf "$part"
fi

"$lint/bin/python" -c 'import sys; from cfnlint.runner import main; sys.exit(main())' -t "$template"
NODE_PATH=$validate/node_modules node -e '
  const { CelEngine, TemplateFile } = require("@aws/cloudformation-validate");
  const report = new CelEngine().validateStandard(new TemplateFile(process.argv[1]));
  const found = report.diagnostics.filter(d => d.severity !== "INFO" && d.severity !== "DEBUG");
  for (const d of found) {
    console.error(`${process.argv[1]}:${d.startLine}: ${d.ruleId} ${d.severity}: ${d.message}; ${d.entity?.logicalId} ${d.propertyPath}`);
  }
  if (report.status !== "OK" || report.metadata.rulesEvaluated < 300) {
    console.error(`validate: expected 300 rules or more, got ${report.metadata.rulesEvaluated}, ${report.status}`);
    process.exit(1);
  }
  process.exit(found.length === 0 ? 0 : 1);' "$template"
echo "validate: $template: no findings"
