"""Helm's own library, without its program: the chart, values as JSON, then lint's findings and what is rendered, as JSON."""

import json
import sys

import helm_python as helm

chart_folder, values, revision = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
found = helm.lint(chart_folder, values, strict=True, quiet=True)
if found["errors"]:
    sys.exit("\n".join(found["errors"]))
with helm.Chart.load(chart_folder) as chart:
    try:
        chart.validate_schema(values)
        rendered = chart.render(values, name="demo", namespace="prod", revision=revision)
    except helm.HelmError as error:
        sys.exit(str(error))
json.dump(rendered, sys.stdout)
