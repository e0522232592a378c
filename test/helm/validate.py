"""Objects of Kubernetes as a JSON list on stdin, against the schemas of the versions given; prints a line for each fault."""

import json
import sys

import kubernetes_validate

for thing in json.load(sys.stdin):
    for version in sys.argv[1:]:
        try:
            kubernetes_validate.validate(thing, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            print(f"{thing['kind']} at {version}: {'.'.join(map(str, error.path))}: {error.message}")
        except kubernetes_validate.SchemaNotFoundError:
            print(f"{thing['kind']} at {version}: unknown kind")
