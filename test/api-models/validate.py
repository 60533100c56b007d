#!/usr/bin/python3
"""Holds recorded exchanges with AWS (JSON lines on stdin) against the API models of botocore.

Every request must be one that the service's model allows: known operation and parameters, required ones there, enums,
lengths, ranges, patterns. Every answer must be one that botocore can parse, with nothing in it that the model does not
have. Prints a JSON line for each exchange, with what is wrong in it; ends with 1 when something is, or there is nothing.
"""
import json
import re
import sys
from base64 import b64decode
from functools import cache

from botocore.loaders import Loader
from botocore.model import ServiceModel

from read_request import read_request
from responses import check_response
from shapes import check

SERVICES = {"elasticloadbalancing": "elbv2", "servicequotas": "service-quotas"}


@cache
def model_of(service):
    name = SERVICES.get(service, service)
    # By the name in the signature, as IAM does, except where that stands for two services.
    shown = "elbv2" if name == "elbv2" else service
    return ServiceModel(Loader().load_service_model(name, "service-2"), service_name=shown)


def verdict_on(exchange):
    scope = re.search(r"Credential=[^/]+/\d{8}/[^/]+/([^/]+)/aws4_request", exchange["requestHeaders"]["authorization"])
    model = model_of(scope[1])
    operation, params, problems = read_request(model, exchange)
    if operation.input_shape is not None:
        check(params, operation.input_shape, problems, operation.name)
    return {
        "operation": f"{model.service_name}:{operation.name}",
        "params": {name: value for name, value in params.items() if not isinstance(value, bytes)},
        "newer": problems.newer,
        "request": problems.found,
        "response": check_response(model, operation, exchange).found,
    }


def main():
    exchanges = invalid = 0
    for line in sys.stdin:
        exchange = json.loads(line)
        exchange["body"] = b64decode(exchange["requestBody"])
        exchange["answer"] = b64decode(exchange["responseBody"])
        try:
            verdict = verdict_on(exchange)
        except Exception as error:  # whatever botocore cannot read is what this script is there to say
            what = [f"{type(error).__name__}: {error}"]
            verdict = {"operation": exchange["url"], "params": {}, "newer": [], "request": what, "response": []}
        exchanges += 1
        invalid += bool(verdict["request"] or verdict["response"])
        print(json.dumps(verdict))
    return 1 if invalid or not exchanges else 0


sys.exit(main())
