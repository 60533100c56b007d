"""Holds an answer against a service's model: botocore parses it, and nothing in it is unknown to the model."""
import json
from io import BytesIO
from xml.etree import ElementTree

from botocore.awsrequest import HeadersDict
from botocore.parsers import create_parser

from problems import UNKNOWN, Problems
from read_request import read_xml_structure, tag_of
from shapes import check


def check_response(model, operation, exchange):
    problems = Problems(model, operation)
    shape = operation.output_shape
    streaming = operation.has_streaming_output
    answer = {
        "status_code": exchange["status"],
        "headers": HeadersDict(exchange["responseHeaders"]),
        "body": BytesIO(exchange["answer"]) if streaming and exchange["status"] < 300 else exchange["answer"],
        "context": {"operation_name": operation.name},
    }
    parsed = create_parser(model.metadata["protocol"]).parse(answer, shape)
    metadata = parsed.pop("ResponseMetadata", {})
    if not metadata.get("RequestId"):
        problems.add("RequestId", "is missing")
    if exchange["status"] >= 300:
        if not parsed.get("Error", {}).get("Code") and exchange["method"] != "HEAD":
            problems.add("Error.Code", "is missing")
        return problems
    if shape is None or streaming:
        return problems
    found = read_answer(model, operation, exchange, problems)
    # AWS's own answers do not keep to the lengths and patterns of its models (SSM answers "" for a time not yet known).
    check(found, shape, problems, operation.name, bounds=False)
    # What this script read, and what botocore made of the same bytes.
    for path in sorted(set(paths(found)) ^ set(paths(parsed))):
        problems.add(path, "is read by one of the two readers only")
    return problems


def read_answer(model, operation, exchange, problems):
    shape, protocol = operation.output_shape, model.metadata["protocol"]
    if protocol == "json":
        return json.loads(exchange["answer"] or b"{}")
    payload = shape.serialization.get("payload")
    if payload and shape.members[payload].type_name == "string":
        return {payload: exchange["answer"].decode()}
    root = ElementTree.fromstring(exchange["answer"]) if exchange["answer"] else None
    if protocol == "rest-xml":
        return read_rest(operation, root, exchange, problems)
    if tag_of(root) != f"{operation.name}Response":
        problems.add(tag_of(root), f"is not {operation.name}Response")
    if protocol == "ec2":
        remove(root, "requestId", problems)
        return read_xml_structure(root, shape, problems, operation.name)
    remove(root, "ResponseMetadata", problems)
    results = list(root)
    wrapper = shape.serialization.get("resultWrapper")
    if [tag_of(result) for result in results] != [wrapper]:
        problems.add(operation.name, f"holds {[tag_of(it) for it in results]} where the model has {wrapper}")
        return {}
    return read_xml_structure(results[0], shape, problems, operation.name)


def remove(root, tag, problems):
    child = next((child for child in root if tag_of(child) == tag), None)
    if child is None:
        problems.add(tag, "is missing")
    else:
        root.remove(child)


def read_rest(operation, root, exchange, problems):
    found, shape = {}, operation.output_shape
    payload = shape.serialization.get("payload")
    if payload and root is not None:
        member = shape.members[payload]
        found[payload] = read_xml_structure(root, member, problems, payload)
    elif root is not None:
        found.update(read_xml_structure(root, shape, problems, operation.name))
    headers = {m.serialization.get("name", n).lower(): n for n, m in shape.members.items() if "location" in m.serialization}
    for wire, value in exchange["responseHeaders"].items():
        if wire in headers:
            found[headers[wire]] = value
        elif wire.startswith("x-amz-") and wire not in ("x-amz-request-id", "x-amz-id-2"):
            problems.add(wire, UNKNOWN)
    return found


def paths(value, prefix=""):
    if isinstance(value, dict):
        for name, item in value.items():
            yield from paths(item, f"{prefix}.{name}")
    elif isinstance(value, list):
        yield f"{prefix} ({len(value)} entries)"
        for index, item in enumerate(value):
            yield from paths(item, f"{prefix}[{index}]")
    else:
        yield prefix
